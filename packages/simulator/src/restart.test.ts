import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import { openGrants } from './grants.ts';
import { openJourneys } from './journeys.ts';
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

test('a scenario, its counts and its workspace outlive a restart', async (t) => {
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
  const scene = { x_simulator_scenario: 'issuer_down_then_up', x_simulator_workspace: 'w1' };
  await browser.open(authorizeUrl(scene));
  await restart();
  const otp = otpOf(await browser.post('sign-in', { mobile: '5550000001' }));
  const [uri = '', ...others] = documentsOf(await browser.post('otp', { otp }));
  await restart();
  const back = await browser.post('consent', { decision: 'allow', document: [uri, ...others] });
  const tokens = await redeem(simulator.app, new URL(back.location ?? '').searchParams.get('code') ?? '');
  const statuses: number[] = [];
  for (let call = 0; call < 3; call += 1) {
    await restart();
    const answer = await getResource(simulator.app, `/1/entity/file/${uri}`, tokens.body.access_token);
    statuses.push(answer.statusCode);
  }
  assert.deepEqual(statuses, [530, 530, 200]);
  simulator.reset({ workspace: 'w1' });
  assert.equal((await getResource(simulator.app, '/1/user', tokens.body.access_token)).statusCode, 401);
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

test('a file of the first version is brought up to date with its journeys and consents', (t) => {
  const path = join(temporaryDir(t), 'first.db');
  const first = new DatabaseSync(path);
  first.exec(`
    create table journey (id text primary key, browser_hash text not null, client_id text not null, request text not null,
      step text not null check (step in ('sign_in', 'otp', 'entity', 'consent', 'locked', 'answered')), otp text not null,
      otp_wrong integer not null default 0, fault text, mobile text, entity_id text, expires_at_ms integer not null) strict;
    create index journey_expires on journey (expires_at_ms);
    create table consent (id text primary key, client_id text not null, mobile text not null, entity_id text not null,
      document_uris text not null, scope text not null, purpose text, service_name text, new_account integer not null,
      reference_key text not null, granted_at_ms integer not null, valid_till_s integer not null) strict;
    create table code (hash text primary key, consent_id text, redirect_uri text, challenge text, expires_at_ms integer,
      used_at_ms integer) strict;
    create table token (hash text primary key, kind text, consent_id text, expires_at_ms integer, standing text) strict;
    insert into journey values ('j', 'b', 'c', '{}', 'otp', '123456', 1, null, '5550000001', null, 9);
    insert into consent values ('g', 'c', '5550000001', 'e', '[]', 's', null, null, 0, 'k', 0, 9);
    pragma user_version = 1;`);
  first.close();
  const state = openState(path);
  t.after(() => state.close());
  const journey = openJourneys(state).byId('j');
  assert.deepEqual([journey?.step, journey?.otpWrong, journey?.scenario], ['otp', 1, undefined]);
  const grants = openGrants(state);
  assert.equal(grants.consent('g')?.validTillS, 9);
  assert.equal(grants.count('g', 'download'), 1);
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
