import assert from 'node:assert/strict';
import { test } from 'node:test';
import { simulatorCommand, startSimulator } from './simulator.ts';

const options = {
  port: 0,
  clientId: 'CLI0000001',
  redirectUri: ['http://127.0.0.1:9/back'],
  clientName: 'Somebody',
  profile: 'v2' as const,
  state: ':memory:',
};

test('the simulator runs alone, on loopback, and says how to use it', async () => {
  const running = await startSimulator(options);
  try {
    assert.match(running.baseUrl, /^http:\/\/127\.0\.0\.1:\d+\/public$/);
    for (const part of [running.baseUrl, 'CLI0000001', running.clientSecret, '5550000001', 'Asha Namuna', 'tampered']) {
      assert.ok(running.banner.includes(part), part);
    }
    const answer = await fetch(`${running.baseUrl}/oauth2/1/user`);
    assert.equal(answer.status, 401);
    assert.equal(answer.headers.get('x-entitylocker-simulator'), '1');
  } finally {
    await running.stop();
  }
});

test('a faulty return address or persona directory is refused before anything listens', async () => {
  await assert.rejects(startSimulator({ ...options, redirectUri: ['/back'] }), /redirect URI is not absolute/);
  await assert.rejects(startSimulator({ ...options, personas: import.meta.dirname }), /has no persona files/);
});

test('takes the return address more than once and wants at least one', async () => {
  const command = () =>
    simulatorCommand()
      .exitOverride()
      .configureOutput({ writeErr: () => {} });
  await assert.rejects(command().parseAsync(['--port', '0'], { from: 'user' }), /redirect-uri/);
  const parsed = command().action(() => {});
  await parsed.parseAsync(['--redirect-uri', 'a:b', '--redirect-uri', 'c:d'], { from: 'user' });
  assert.deepEqual(parsed.opts().redirectUri, ['a:b', 'c:d']);
});
