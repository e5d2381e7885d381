import assert from 'node:assert/strict';
import { test } from 'node:test';
import { vendorSdk } from './compat.ts';
import { createEntityLocker } from './index.ts';
import { bindReact } from './react-bindings.ts';

const options = { baseUrl: 'https://consent.example.in/', apiKey: 'key_test_0' };

test('on a server a handle can be made; only showing something is refused', async () => {
  const locker = createEntityLocker(options);
  locker.on('*', () => assert.fail('nothing happens here'))();
  assert.equal(locker.resume(), null);
  locker.close();
  locker.destroy();
  await assert.rejects(locker.open('s'), /no page/);
});

test('the vendor’s surface says at once what is missing', () => {
  const sdk = vendorSdk('https://consent.example.in');
  assert.throws(() => sdk.open({ session_id: 's' }), /setAPIKey/);
  sdk.setAPIKey('key_test_0');
  assert.throws(() => sdk.open({ session_id: '' }), /session_id/);
  class Listener extends sdk.EventListener {}
  sdk.setEventListener(new Listener());
});

/** Just enough of React: one component, rendered once more after each change of state. */
function pretendReact() {
  const cells: unknown[] = [];
  let cleanups: (() => void)[] = [];
  let at = 0;
  return {
    createElement: (type: string, props: object | null, ...children: unknown[]) => ({ type, props, children }),
    useEffect(effect: () => undefined | (() => void)) {
      const cleanup = effect();
      if (cleanup) cleanups.push(cleanup);
    },
    useRef<T>(initial: T) {
      const cell = (cells[at] ?? { current: initial }) as { current: T };
      cells[at] = cell;
      at += 1;
      return cell;
    },
    useState: <T>(initial: T): [T, (value: T) => void] => [initial, () => {}],
    render<T>(component: () => T): T {
      at = 0;
      return component();
    },
    unmount() {
      for (const cleanup of cleanups) cleanup();
      cleanups = [];
    },
  };
}

test('the hook waits for a session id, and takes its handle down with the component', async () => {
  const react = pretendReact();
  const { useEntityLocker } = bindReact(react);
  const { open, isOpen, close } = react.render(() => useEntityLocker(options));
  assert.equal(isOpen, false);
  assert.equal(await open(null), null);
  await assert.rejects(open('s'), /no page/);
  close();
  react.unmount();
  assert.equal(await open('s'), null);
});

test('the button is disabled until there is a session', () => {
  const react = pretendReact();
  const { EntityLockerButton } = bindReact(react);
  const button = react.render(() => EntityLockerButton({ ...options, sessionId: null, children: 'Go' }));
  assert.deepEqual(
    [(button as { type: string }).type, (button as { props: { disabled: boolean } }).props.disabled],
    ['button', true],
  );
});
