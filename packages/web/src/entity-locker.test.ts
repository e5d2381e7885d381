import assert from 'node:assert/strict';
import { test } from 'node:test';
import { vendorSdk } from './compat.ts';
import { createEntityLocker } from './index.ts';

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
