import assert from 'node:assert/strict';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { after, before, describe, it } from 'node:test';
import { unfinishedRestore } from '../../storage/data-lock.ts';
import { createBody, createPath, integrator, people, walk } from '../../testing/api.ts';
import { startTestGateway, type TestGateway } from '../../testing/gateway.ts';
import { openDiskBlobs } from '../../vault/disk.ts';
import { eraseDocuments } from '../documents/erase.ts';
import { revokeKey } from '../keys/revoke.ts';
import { BackupRefused } from './check.ts';
import { filesBelow } from './layout.ts';
import { checkBackup, restoreBackup } from './restore.ts';
import { fromSumsText, sumsFile } from './sums.ts';
import { takeBackup } from './take.ts';

describe('a backup', () => {
  let scratch: string;
  let gateway: TestGateway;
  let key: Awaited<ReturnType<TestGateway['newKey']>>;
  let api: ReturnType<typeof integrator>;
  let sessionId: string;
  /** One whole backup that tests copy before they harm it. */
  let whole: string;
  const place = (name: string) => join(scratch, name);

  const take = async (to: string, beforeBlob: (blob: string) => Promise<void> = async () => {}) => {
    const { dataDir } = gateway.config;
    const vault = await openDiskBlobs({ root: join(dataDir, 'vault'), readOnly: true });
    const get = async (blob: string) => {
      await beforeBlob(blob);
      return vault.get(blob);
    };
    return takeBackup({ dataDir, blobs: { get }, to, now: () => gateway.clock.nowMs });
  };

  before(async () => {
    scratch = mkdtempSync(join(tmpdir(), 'tijori-backup-'));
    gateway = await startTestGateway();
    key = await gateway.newKey();
    api = integrator(gateway, key);
    sessionId = await api.newSession();
    await walk(gateway, sessionId, { mobile: people.ravi });
    await api.links(sessionId, 'gstn_details');
    whole = place('whole');
    await take(whole);
  });
  after(async () => {
    await gateway.close();
    rmSync(scratch, { recursive: true });
  });

  it('beside a gateway at work has what was acknowledged before it, and restores to a gateway that serves it', async () => {
    let isOver = false;
    const acknowledged: string[] = [];
    const client = async () => {
      while (!isOver) acknowledged.push(await api.newSession());
    };
    const load = Promise.all([client(), client(), client(), client()]);
    while (acknowledged.length < 50) await new Promise((resolve) => setTimeout(resolve, 5));
    const before = [...acknowledged];
    const about = await take(place('busy'));
    isOver = true;
    await load;
    assert.ok(acknowledged.length > before.length, 'the gateway stood still while the backup was made');
    assert.ok(about.documents > 0);

    await restoreBackup({ from: place('busy'), into: place('restored') });
    const restored = await startTestGateway({
      dataDir: place('restored'),
      secrets: gateway.config.secrets,
      upstreams: gateway.config.upstreams,
    });
    try {
      for (const id of before) assert.ok(await restored.deps.stores.sessions.find(id), `${id} is lost`);
      const [link = ''] = await api.links(sessionId, 'gstn_details');
      const [original, copy] = await Promise.all(
        [gateway, restored].map(({ app }) => app.inject({ method: 'GET', url: link })),
      );
      assert.equal(copy?.statusCode, 200);
      assert.deepEqual(copy?.rawPayload, original?.rawPayload);
    } finally {
      await restored.close();
    }
  });

  it('does not bring back what was erased while it was made, and names no bytes that it lacks', async () => {
    const other = await api.newSession();
    await walk(gateway, other, { mobile: people.ravi });
    await api.links(other, 'gstn_details');
    const blobs = (await gateway.deps.stores.documents.ofSession(other)).map(({ held }) => held?.blob);
    let erased = false;
    await take(place('erased'), async (blob) => {
      if (erased || !blobs.includes(blob)) return;
      erased = true;
      const session = await gateway.deps.stores.sessions.find(other);
      assert.ok(session?.documentsExpireAtMs);
      await eraseDocuments({ ...gateway.deps, now: () => session.documentsExpireAtMs ?? 0 }, session);
    });
    assert.ok(erased);
    await checkBackup(place('erased'));
    const copy = new DatabaseSync(join(place('erased'), 'tijori.db'), { readOnly: true });
    const rows = copy.prepare('select state, blob, wrapped_key from documents where session_id = ?').all(other);
    copy.close();
    assert.ok(rows.length > 0);
    for (const row of rows) assert.deepEqual({ ...row }, { state: 'erased', blob: null, wrapped_key: null });
  });

  it('brings back, as docs/operations.md says, keys revoked and consents withdrawn since, and forgets idempotency keys', async () => {
    const id = await api.newSession();
    await walk(gateway, id, { mobile: people.ravi });
    await gateway.deps.background.idle();
    const spare = await gateway.newKey();
    await take(place('older'));
    const withdrawal = { method: 'POST', url: `/v1/sessions/${id}/withdraw`, payload: {} } as const;
    assert.equal((await api.send(withdrawal)).statusCode, 200);
    const repeated = {
      method: 'POST',
      url: createPath,
      headers: { 'idempotency-key': 'since-the-backup' },
      payload: createBody(),
    } as const;
    const made = await api.send(repeated);
    assert.equal((await api.send(repeated)).body, made.body);
    assert.ok(await revokeKey(gateway.deps, spare.apiKey));
    assert.equal((await integrator(gateway, spare).create()).statusCode, 403);

    await restoreBackup({ from: place('older'), into: place('brought-back') });
    const { secrets, upstreams } = gateway.config;
    const restored = await startTestGateway({ dataDir: place('brought-back'), secrets, upstreams });
    try {
      const there = integrator(restored, key);
      assert.equal((await integrator(restored, spare).create()).statusCode, 200);
      assert.equal((await restored.deps.stores.sessions.find(id))?.consentEndedAtMs, null);
      assert.equal((await there.document(id, 'gstn_details')).statusCode, 200);
      const again = await there.send(repeated);
      assert.equal(again.statusCode, 200);
      assert.notEqual(again.json().data.id, made.json().data.id);

      assert.ok(await revokeKey(restored.deps, spare.apiKey));
      assert.equal((await there.send(withdrawal)).statusCode, 200);
      assert.notEqual((await there.document(id, 'gstn_details')).statusCode, 200);
    } finally {
      await restored.close();
    }
  });

  it('of a vault that lacks a file is refused, says which document, and leaves nothing', async () => {
    const { dataDir } = gateway.config;
    const vault = await openDiskBlobs({ root: join(dataDir, 'vault'), readOnly: true });
    const [document] = await gateway.deps.stores.documents.ofSession(sessionId);
    const get = async (blob: string) => (blob === document?.held?.blob ? undefined : vault.get(blob));
    const attempt = takeBackup({ dataDir, blobs: { get }, to: place('lacking'), now: () => 0 });
    await assert.rejects(attempt, new RegExp(`document ${document?.id} is held, but its file`));
    assert.deepEqual(
      readdirSync(scratch).filter((name) => name.startsWith('lacking')),
      [],
    );
  });

  it('is for its owner alone, every file and folder of it', async () => {
    const others = [whole, ...readdirSync(whole, { recursive: true }).map((name) => join(whole, String(name)))].filter(
      (path) => (statSync(path).mode & 0o077) !== 0,
    );
    assert.deepEqual(others, []);
  });

  it('is made into a new folder only', async () => {
    await assert.rejects(take(whole), /is there already/);
    await assert.rejects(
      takeBackup({ dataDir: scratch, blobs: { get: async () => undefined }, to: place('x'), now: () => 0 }),
      /is not a data folder/,
    );
  });

  it('with one flipped byte is refused, wherever it is, and the file is named', async () => {
    const files = await filesBelow(whole);
    assert.ok(files.length > 5);
    for (const [index, file] of files.entries()) {
      const into = place(`flipped-into-${index}`);
      const copy = place('flipped');
      cpSync(whole, copy, { recursive: true });
      const bytes = readFileSync(join(copy, file));
      const at = Math.floor((bytes.length * (index + 1)) / (files.length + 1));
      bytes.writeUInt8(bytes.readUInt8(at) ^ (1 << (index % 8)), at);
      writeFileSync(join(copy, file), bytes);
      const isRefusal = (error: unknown) => error instanceof BackupRefused && error.file === file;
      await assert.rejects(restoreBackup({ from: copy, into }), isRefusal, file);
      await assert.rejects(checkBackup(copy), isRefusal, file);
      assert.deepEqual(existsSync(into) ? readdirSync(into) : [], []);
      rmSync(copy, { recursive: true });
    }
  });

  it('with any byte of the list of sums altered is refused', () => {
    const text = readFileSync(join(whole, sumsFile));
    assert.ok(fromSumsText(text.toString()));
    for (let at = 0; at < text.length; at += 1) {
      const altered = Buffer.from(text);
      altered.writeUInt8(altered.readUInt8(at) ^ (1 << (at % 7)), at);
      assert.equal(fromSumsText(altered.toString('latin1')), undefined, `byte ${at}`);
    }
  });

  it('with a file too many or too few is refused', async () => {
    const copy = place('changed');
    cpSync(whole, copy, { recursive: true });
    writeFileSync(join(copy, 'vault', 'stranger'), 'x');
    await assert.rejects(checkBackup(copy), /vault\/stranger is not on the list/);
    rmSync(join(copy, 'vault', 'stranger'));
    rmSync(join(copy, 'tijori.db'));
    await assert.rejects(checkBackup(copy), /tijori.db is missing/);
  });

  it('of which a file cannot be opened half way leaves the folder as empty as before', async () => {
    const copy = place('vanishing');
    cpSync(whole, copy, { recursive: true });
    const into = place('vanishing-into');
    const [, second = assert.fail()] = fromSumsText(readFileSync(join(copy, sumsFile), 'utf8'))?.keys() ?? [];
    const vanish = () => rmSync(join(copy, second), { force: true });
    await assert.rejects(restoreBackup({ from: copy, into, onFile: vanish }), { code: 'ENOENT' });
    assert.deepEqual(readdirSync(into), []);
  });

  it('is restored into nothing only, and a folder with half a restore is not started on', async () => {
    await assert.rejects(restoreBackup({ from: whole, into: gateway.config.dataDir }), /is not empty/);
    const half = place('half');
    mkdirSync(join(half, unfinishedRestore), { recursive: true });
    await assert.rejects(restoreBackup({ from: whole, into: half }), /is not empty/);
    await assert.rejects(startTestGateway({ dataDir: half }), /was interrupted/);
    assert.equal(existsSync(join(half, 'tijori.db')), false);
  });
});
