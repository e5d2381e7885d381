import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import { createSimulator, type Simulator } from './simulator.ts';
import { openState } from './state.ts';
import {
  authorizeUrl,
  browserOf,
  documentsOf,
  getResource,
  otpOf,
  redeem,
  refresh,
  startMs,
  testClient,
} from './test-simulator.ts';

function temporaryDir(t: { after(work: () => void): void }): string {
  const dir = mkdtempSync(join(tmpdir(), 'tijori-simulator-'));
  t.after(() => rmSync(dir, { recursive: true, force: true }));
  return dir;
}

test('a restart at any step of a journey loses nothing', async (t) => {
  const statePath = join(temporaryDir(t), 'state.db');
  const start = () => createSimulator({ statePath, clients: [testClient], now: () => startMs });
  let simulator: Simulator = await start();
  t.after(() => simulator.close());
  const browser = browserOf(simulator.app);
  const restart = async () => {
    await simulator.close();
    simulator = await start();
    browser.app = simulator.app;
  };

  await browser.open(authorizeUrl());
  await restart();
  const otp = otpOf(await browser.post('sign-in', { mobile: '5550000005' }));
  await restart();
  assert.match((await browser.post('otp', { otp: 'wrong' })).body, /Type the six digits/);
  await restart();
  const chooser = await browser.post('otp', { otp });
  const entity = /name="entity" id="entity-0" value="([^"]+)"/.exec(chooser.body)?.[1] ?? '';
  await restart();
  const consent = await browser.post('entity', { entity });
  await restart();
  const [first = ''] = documentsOf(consent);
  const back = await browser.post('consent', { decision: 'allow', document: first });
  await restart();
  const code = new URL(back.location ?? '').searchParams.get('code') ?? '';
  const tokens = await redeem(simulator.app, code);
  await restart();
  const { items } = (await getResource(simulator.app, '/2/entity/files/issued', tokens.body.access_token)).json();
  assert.deepEqual(
    items.map((item: { uri: string }) => item.uri),
    [first],
  );
  const next = await refresh(simulator.app, tokens.body.refresh_token);
  assert.equal(next.status, 200);
  await restart();
  assert.equal((await refresh(simulator.app, tokens.body.refresh_token)).body.error, 'invalid_grant');
  await restart();
  assert.equal((await getResource(simulator.app, '/1/user', next.body.access_token)).statusCode, 401);
});

test('no code, token or client secret is in the file', async (t) => {
  const dir = temporaryDir(t);
  const statePath = join(dir, 'state.db');
  const simulator = await createSimulator({ statePath, clients: [testClient], now: () => startMs });
  const browser = browserOf(simulator.app);
  await browser.open(authorizeUrl());
  const otp = otpOf(await browser.post('sign-in', { mobile: '5550000001' }));
  await browser.post('otp', { otp });
  const back = await browser.post('consent', { decision: 'allow' });
  const code = new URL(back.location ?? '').searchParams.get('code') ?? '';
  const { body } = await redeem(simulator.app, code);
  await simulator.close();
  const bytes = readFileSync(statePath).toString('latin1');
  assert.ok(bytes.includes(testClient.clientId), 'the test looks into the right file');
  const browserKey = browser.cookie.split('=')[1] ?? '';
  for (const secret of [code, body.access_token, body.refresh_token, testClient.clientSecret, browserKey]) {
    assert.ok(typeof secret === 'string' && secret.length > 10);
    assert.ok(!bytes.includes(secret));
  }
});

test('the state is kept in WAL mode with full synchronisation', (t) => {
  const state = openState(join(temporaryDir(t), 'state.db'));
  t.after(() => state.close());
  assert.deepEqual({ ...state.db.prepare('pragma journal_mode').get() }, { journal_mode: 'wal' });
  assert.deepEqual({ ...state.db.prepare('pragma synchronous').get() }, { synchronous: 2 });
});

test('a file of something else or of a newer simulator is refused and left as it is', (t) => {
  const path = join(temporaryDir(t), 'other.db');
  const other = new DatabaseSync(path);
  other.exec('create table theirs (x)');
  assert.throws(() => openState(path), /something else/);
  other.exec('pragma user_version = 99');
  assert.throws(() => openState(path), /schema version 99/);
  assert.deepEqual(other.prepare('select name from sqlite_master').all().length, 1);
  other.close();
});
