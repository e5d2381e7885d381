import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { frameToPage, pageToFrame, readMessage, windowToFrame } from './page-messages.ts';

const state = {
  type: 'tijori.state',
  nonce: 'n',
  step: 'end',
  status: 'succeeded',
  reason: '',
  requested: ['gstn_details'],
  consented: ['gstn_details'],
  error: '',
  locale: 'hi-IN',
};

test('a message of the table is copied, with its fields and nothing else', () => {
  const given = { ...state, token: 'secret', ['__proto__']: { evil: true } };
  const read = readMessage(frameToPage, given);
  assert.deepEqual(read, state);
  assert.notEqual(read, given);
});

test('a text that an older SDK or frame does not send is empty, and must be a text if it is sent', () => {
  const { locale: _, ...older } = state;
  assert.deepEqual(readMessage(frameToPage, older), { ...state, locale: '' });
  const hello = { nonce: 'n', page: '', place: 'modal', brand: '', mode: '', seed: '', locale: '' };
  assert.equal(readMessage(pageToFrame, { type: 'tijori.hello', ...hello })?.nonce, 'n');
  assert.equal(readMessage(frameToPage, { ...state, locale: 1 }), undefined);
});

test('anything that is not in the table, or not to the letter, is no message', () => {
  const wrong: unknown[] = [
    null,
    undefined,
    1,
    'tijori.close',
    [],
    {},
    { type: 'constructor' },
    { type: '__proto__', nonce: 'n' },
    { type: 'tijori.hello', nonce: 'n' },
    { ...state, nonce: 1 },
    { ...state, step: 'elsewhere' },
    { ...state, requested: 'gstn_details' },
    { ...state, consented: [1] },
    { ...state, consented: Array.from({ length: 100 }, () => 'x') },
    { ...state, status: 'x'.repeat(5_000) },
  ];
  for (const data of wrong) assert.equal(readMessage(frameToPage, data), undefined, JSON.stringify(data));
});

test('data with traps, circles and proxies does not throw', () => {
  const circle: Record<string, unknown> = { type: 'tijori.state' };
  circle.nonce = circle;
  const trapped = {
    get type(): string {
      throw new Error('trap');
    },
  };
  const proxy = new Proxy({}, { get: () => proxy });
  for (const data of [circle, trapped, proxy]) assert.equal(readMessage(frameToPage, data), undefined);
});

test('ten thousand made-up messages are refused, and none throws', () => {
  const type = fc.constantFrom(...[frameToPage, pageToFrame, windowToFrame].flatMap((table) => Object.keys(table)));
  const made = fc.oneof(
    fc.anything({ withBigInt: true, withDate: true, withMap: true, withNullPrototype: true, withTypedArray: true }),
    fc.record({ type, nonce: fc.anything(), step: fc.anything(), session: fc.anything() }, { requiredKeys: ['type'] }),
  );
  fc.assert(
    fc.property(made, (data) => {
      const read = readMessage(frameToPage, data);
      // What is left is right by chance: `tijori.close` and a text.
      return read === undefined || typeof read.nonce === 'string';
    }),
    { numRuns: 10_000 },
  );
});
