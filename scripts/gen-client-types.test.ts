import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { authenticate, type Endpoint, envelopeFields } from '@tijori/wire';
import { clientOperations, type Operation } from './gen-client/operations.ts';
import { clientFiles, contractText, typesText } from './gen-client-types.ts';

const object = (properties: object, required = Object.keys(properties)) =>
  ({ type: 'object', properties, required }) as unknown as Endpoint['response'];

/** An endpoint that lands tomorrow. */
const tomorrow: Endpoint = {
  method: 'GET',
  path: '/v1/things/{thing_id}',
  family: 'tijori',
  summary: 'A thing.',
  credentials: 'key_and_token',
  query: object({ limit: { type: 'integer', description: 'Most of them.' } }, []),
  status: 201,
  response: object({
    id: { type: 'string', description: 'Its id.' },
    parts: { type: 'array', items: object({ weight: { type: 'number' } }) },
  }),
  errors: ['session_not_found'],
};
const operation = (change: Partial<Endpoint> = {}): Operation => ({
  name: 'getThing',
  endpoint: { ...tomorrow, ...change },
  enveloped: false,
  entity: null,
});

describe('the generated files of the client', () => {
  it('are what the contract says; else run: node scripts/gen-client-types.ts', () => {
    for (const [path, text] of clientFiles()) {
      assert.equal(readFileSync(join(import.meta.dirname, '..', path), 'utf8'), text, path);
    }
  });

  it('take in an endpoint that lands later, with its query, status and family', () => {
    const types = typesText([operation()]);
    assert.ok(
      types.includes('export interface GetThingQuery {\n  /** Most of them. */\n  limit?: number | undefined;\n}'),
    );
    assert.ok(types.includes('  /** Its id. */\n  id: string;\n  parts: GetThingDataPart[];'));
    assert.ok(types.includes('  getThing: GetThingData;'));
    assert.ok(contractText([operation()]).includes('getThing: {"method":"GET","path":"/v1/things/{thing_id}"'));
  });

  it('give of an envelope the data, and write two schemas that are alike only once', () => {
    const response = object({ ...envelopeFields, data: object({ id: { type: 'string' } }) });
    const enveloped = { ...operation({ response }), enveloped: true };
    const types = typesText([enveloped, { ...enveloped, name: 'getOther' }]);
    assert.equal(types.match(/interface GetThingData/g)?.length, 1);
    assert.ok(types.includes('  getThing: GetThingData;\n  getOther: GetThingData;'));
    assert.ok(!types.includes('transaction_id'));
  });

  it('write null, choices and free keys in every way that the contract has', () => {
    const statuses = ['created', 'initialized', 'authorized', 'succeeded', 'failed', 'expired'];
    const response = object({
      a: { type: ['string', 'null'] },
      b: { anyOf: [{ type: 'integer' }, { type: 'null' }] },
      c: { enum: ['x', 'y'] },
      d: { type: 'object', patternProperties: { '^a': { type: 'string' } }, additionalProperties: false },
      e: { type: 'array', items: { enum: ['x', 'y'] } },
      f: { enum: [...statuses, null] },
      g: { type: ['object', 'null'], properties: { h: { const: 'z' } }, required: ['h'] },
    });
    const types = typesText([operation({ response })]);
    const fields = ['string | null', 'number | null', "'x' | 'y'", 'Record<string, string>', "('x' | 'y')[]"];
    const expected = [...fields, 'SessionStatus | null', 'GetThingDataG | null'].map(
      (type, i) => `  ${'abcdefg'[i]}: ${type};\n`,
    );
    assert.ok(types.includes(expected.join('')), types);
    assert.ok(types.includes("interface GetThingDataG {\n  h: 'z';\n}"));
  });

  it('refuse a schema that they cannot write as it is', () => {
    for (const odd of [{ not: {} }, { type: 'object' }, { type: ['string', 'integer'] }]) {
      assert.throws(() => typesText([operation({ response: object({ odd }) })]), /cannot write/);
    }
  });

  it('leave out what only a page or a test calls', () => {
    const others = (['browser', 'test'] as const).map((family) => ({ ...tomorrow, family }));
    const legacy: Endpoint = { ...authenticate, path: '/authorize' };
    assert.deepEqual(clientOperations([...others, legacy]), []);
    assert.throws(() => clientOperations([tomorrow]), /has no name/);
  });
});
