import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
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
    for (const part of [
      running.baseUrl,
      'CLI0000001',
      running.madeUpSecret ?? 'no secret',
      '5550000001',
      'Asha Namuna',
      'tampered',
    ]) {
      assert.ok(running.banner.includes(part), part);
    }
    const answer = await fetch(`${running.baseUrl}/oauth2/1/user`);
    assert.equal(answer.status, 401);
    assert.equal(answer.headers.get('x-entitylocker-simulator'), '1');
  } finally {
    await running.stop();
  }
});

test('a secret out of a file is the one that the simulator takes, and is told to nobody', async (t) => {
  const dir = mkdtempSync(join(tmpdir(), 'tijori-simulator-'));
  const clientSecretFile = join(dir, 'secret');
  const secret = 'a-secret-that-was-given';
  await assert.rejects(startSimulator({ ...options, clientSecretFile }), /--client-secret-file cannot be read/);
  writeFileSync(clientSecretFile, `${secret}\n`);
  const { banner, baseUrl, madeUpSecret, stop } = await startSimulator({ ...options, clientSecretFile });
  t.after(async () => {
    await stop();
    rmSync(dir, { recursive: true });
  });
  assert.equal(madeUpSecret, null);
  assert.ok(!banner.includes(secret) && banner.includes(clientSecretFile));
  const errorWith = async (clientSecret: string) => {
    const form = {
      grant_type: 'refresh_token',
      refresh_token: 'unknown',
      client_id: 'CLI0000001',
      client_secret: clientSecret,
    };
    const answer = await fetch(`${baseUrl}/oauth2/1/token`, { method: 'POST', body: new URLSearchParams(form) });
    return ((await answer.json()) as { error: string }).error;
  };
  assert.deepEqual([await errorWith(secret), await errorWith('another')], ['invalid_grant', 'invalid_client']);
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
