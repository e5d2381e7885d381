import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { trustFolder } from '@tijori/simulator';
import { loadPeople, render } from '@tijori/simulator/specimens';
import { strictPolicy } from './judge.ts';
import { openTrustSource } from './trust-source.ts';
import { openVerifier } from './verifier.ts';

type Options = Partial<Parameters<typeof openVerifier>[0]>;

function verifierFor(t: TestContext, options: Options = {}, folder: string | null = trustFolder) {
  const clock = { nowMs: 0 };
  const faults: string[] = [];
  const source = openTrustSource(folder, 'test', { now: () => clock.nowMs, onFault: (detail) => faults.push(detail) });
  const deaths: string[] = [];
  const verifier = openVerifier({
    stores: { test: source },
    policy: strictPolicy,
    onDeath: (failure) => deaths.push(failure),
    ...options,
  });
  t.after(() => verifier.close());
  return { verifier, clock, faults, deaths };
}

async function specimen(): Promise<Buffer> {
  const entity = loadPeople().all[0]?.entities[0];
  const document = entity?.documents[0];
  const bytes = entity && document && (await render(entity, document, 'application/pdf'));
  assert.ok(bytes);
  return bytes;
}

const order = { store: 'test', judgedAtMs: Date.parse('2026-11-26') };

describe('verifier', () => {
  it('judges many at once, each as it is', async (t) => {
    const { verifier } = verifierFor(t);
    const good = await specimen();
    const bad = Buffer.concat([good, Buffer.from('x')]);
    const judged = await Promise.all(
      Array.from({ length: 12 }, (_, index) => verifier.judge(index % 2 ? bad : good, order)),
    );
    assert.deepEqual(
      judged.map(({ verdict }) => verdict.state),
      Array.from({ length: 12 }, (_, index) => (index % 2 ? 'altered' : 'genuine')),
    );
  });

  it('a file that takes too long is unreadable, and the next one has a new thread', async (t) => {
    const { verifier, deaths } = verifierFor(t, { limits: { deadlineMs: 1, threads: 1 } });
    const { verdict } = await verifier.judge(Buffer.alloc(8 * 1024 * 1024, '%PDF-1.7 /ByteRange %%EOF '), order);
    assert.deepEqual([verdict.state, verdict.reason], ['unreadable', 'took_too_long']);
    assert.match(verdict.sha256, /^[0-9a-f]{64}$/);
    assert.deepEqual(deaths, ['took_too_long']);
    const patient = verifierFor(t, { limits: { threads: 1 } }).verifier;
    assert.equal((await patient.judge(await specimen(), order)).verdict.state, 'genuine');
  });

  it('a file that the machine had no time for is no file that takes too long: it is tried again, and said to be our failure', async (t) => {
    const { verifier, deaths } = verifierFor(t, { limits: { deadlineMs: 600_000, clockMs: 1, threads: 1 } });
    const { verdict } = await verifier.judge(Buffer.alloc(24 * 1024 * 1024, '%PDF-1.7 /JS /Launch /AA '), order);
    assert.deepEqual([verdict.state, verdict.reason], ['unreadable', 'verifier_failed']);
    assert.deepEqual(deaths, ['verifier_failed', 'verifier_failed']);
  });

  it('a thread that runs out of memory dies alone', async (t) => {
    const { verifier, deaths } = verifierFor(t, { limits: { memoryMb: 60, threads: 1, deadlineMs: 30_000 } });
    const hungry = Buffer.alloc(10 * 1024 * 1024, '%PDF-1.7 /JS /Launch /AA ');
    hungry.write('%%EOF', hungry.length - 5);
    const { verdict } = await verifier.judge(hungry, order);
    assert.equal(verdict.state, deaths.length > 0 ? 'unreadable' : 'unsigned');
    assert.notEqual(deaths.length, 1, 'what could be an accident of ours is tried once more');
    assert.equal((await verifier.judge(await specimen(), order)).verdict.state, 'genuine', 'the next file is judged');
  });

  it('a trust folder that changes is read anew within a minute; one that breaks is told and left as it was', async (t) => {
    const folder = mkdtempSync(join(tmpdir(), 'tijori-trust-'));
    t.after(() => rmSync(folder, { recursive: true }));
    const { verifier, clock, faults } = verifierFor(t, {}, folder);
    const good = await specimen();
    const state = async () => (await verifier.judge(good, order)).verdict.reason ?? 'genuine';
    assert.equal(await state(), 'no_trust_store');
    cpSync(trustFolder, folder, { recursive: true });
    assert.equal(await state(), 'no_trust_store', 'not looked at yet');
    clock.nowMs += 60_000;
    assert.equal(await state(), 'genuine');
    writeFileSync(join(folder, 'signers.json'), '{');
    clock.nowMs += 60_000;
    assert.equal(await state(), 'genuine');
    assert.match(faults.join(), /signers\.json is not JSON/);
  });

  it('a folder with nonsense, a private key or a key that everybody has stops the start', (t) => {
    const folder = mkdtempSync(join(tmpdir(), 'tijori-trust-'));
    t.after(() => rmSync(folder, { recursive: true }));
    const open = (name = 'test') => openTrustSource(folder, name, { now: () => 0, onFault: () => undefined });
    writeFileSync(join(folder, 'root.crt'), 'hello');
    assert.throws(() => open(), /root\.crt holds no certificate/);
    writeFileSync(join(folder, 'root.crt'), '-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n');
    assert.throws(() => open(), /holds a private key/);
    cpSync(trustFolder, folder, { recursive: true });
    writeFileSync(join(folder, 'broken.crl'), Buffer.from('3003020101', 'hex'));
    assert.throws(() => open(), /broken\.crl is no revocation list that can be used/);
    rmSync(join(folder, 'broken.crl'));
    rmSync(join(folder, 'root.crt'));
    assert.doesNotThrow(() => open());
    assert.throws(() => open('live'), /private key is public/);
  });
});
