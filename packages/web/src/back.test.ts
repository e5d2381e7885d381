import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { createEntityLocker } from './index.ts';

/**
 * A page that Back brings to life again, with its objects and timers, after its tab was elsewhere (the browser's back/forward cache, which a headless
 * browser does not have).
 */
function page(t: TestContext) {
  const events = new EventTarget();
  const went: string[] = [];
  const kept = new Map<string, string>();
  const globals = {
    document: {},
    location: { href: 'https://shop.example/checkout', assign: (address: string) => went.push(address) },
    sessionStorage: {
      getItem: (name: string) => kept.get(name) ?? null,
      setItem: (name: string, value: string) => kept.set(name, value),
      removeItem: (name: string) => kept.delete(name),
    },
    addEventListener: events.addEventListener.bind(events),
    removeEventListener: events.removeEventListener.bind(events),
  };
  for (const [name, value] of Object.entries(globals)) {
    const before = Object.getOwnPropertyDescriptor(globalThis, name);
    Object.defineProperty(globalThis, name, { configurable: true, value });
    t.after(() => {
      if (before) Object.defineProperty(globalThis, name, before);
      else Reflect.deleteProperty(globalThis, name);
    });
  }
  const back = () => events.dispatchEvent(Object.assign(new Event('pageshow'), { persisted: true }));
  return { went, back };
}

test('a click after Back sends the tab to the consent page once more', async (t) => {
  const { went, back } = page(t);
  const locker = createEntityLocker({
    baseUrl: 'https://consent.example.in',
    apiKey: 'key_test_0',
    mode: 'redirect',
  });
  const told: string[] = [];
  locker.on('*', ({ type }) => told.push(type));
  let result = '';
  void locker.open('s1').then((outcome) => {
    result = outcome.result;
  });
  await turn();
  assert.equal(went.length, 1);
  back();
  await turn();
  assert.equal(result, 'closed');
  void locker.open('s1');
  await turn();
  assert.equal(went.length, 2);
  assert.deepEqual(told, ['opened', 'closed', 'opened']);
  locker.destroy();
  back();
  assert.deepEqual(told, ['opened', 'closed', 'opened', 'closed']);
});

test('nobody is sent off a second time by a timer that Back has brought to life again', (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const { went, back } = page(t);
  let hear: (event: object) => void = () => {};
  let nonce = '';
  const contentWindow = { postMessage: (message: { nonce?: string }) => (nonce = message.nonce ?? nonce) };
  const frame = {
    style: {},
    contentWindow,
    onload: null as (() => void) | null,
    remove() {},
    focus() {},
  };
  Object.assign(document, { createElement: () => frame });
  const add = globalThis.addEventListener;
  t.mock.method(globalThis, 'addEventListener', (type: string, listener: (event: object) => void) => {
    if (type === 'message') hear = listener;
    else add(type, listener as never);
  });
  const container = { append() {} } as unknown as HTMLElement;
  const locker = createEntityLocker({
    baseUrl: 'https://consent.example.in',
    apiKey: 'key_test_0',
    mode: 'container',
    container: () => container,
  });
  void locker.open('s1');
  frame.onload?.();
  const say = (data: object) =>
    hear({ source: contentWindow, origin: 'https://consent.example.in', data: { nonce, ...data } });
  const state = { step: 'notice', status: 'initialized', reason: '', requested: [], consented: [], error: '' };
  say({ type: 'tijori.state', ...state, locale: 'en-IN' });
  say({ type: 'tijori.leave', by: 'frame' });
  back();
  t.mock.timers.tick(5_000);
  assert.deepEqual(went, []);
  locker.destroy();
});
