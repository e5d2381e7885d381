import assert from 'node:assert/strict';
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { lockDataDir } from '../storage/data-lock.ts';
import { openSqlite } from '../storage/sqlite.ts';
import { restoreBackup } from '../usecases/backup/restore.ts';
import { takeBackup } from '../usecases/backup/take.ts';
import { createKey } from '../usecases/keys/create.ts';
import { openDiskBlobs } from '../vault/disk.ts';
import { examine } from './doctor.ts';
import { withStores } from './key-store.ts';

describe('tijori doctor', () => {
  let dir: string;
  beforeEach(async () => {
    dir = mkdtempSync(join(tmpdir(), 'tijori-doctor-'));
    await (await openSqlite({ path: join(dir, 'tijori.db'), now: Date.now })).close();
    mkdirSync(join(dir, 'vault'), { mode: 0o700 });
    // A folder of `tijori dev`: the settings of production are no business of this test.
    writeFileSync(join(dir, 'dev-secrets.json'), '{}', { mode: 0o600 });
  });
  afterEach(() => rmSync(dir, { recursive: true }));

  const stated = async (state: string, folder = dir) =>
    (await examine(folder, false)).filter((finding) => finding.state === state).map(({ check }) => check);
  const change = (sql: string) => {
    const database = new DatabaseSync(join(dir, 'tijori.db'), { enableForeignKeyConstraints: false });
    database.exec(sql);
    database.close();
  };

  it('finds nothing wrong in a sound folder, and leaves it as it was', async () => {
    const before = readdirSync(dir);
    assert.deepEqual(await stated('fault'), []);
    assert.deepEqual(readdirSync(dir), before);
  });

  it('finds nothing wrong where keys were made and nothing was started yet, nor in a restored backup without a document', async () => {
    const early = join(dir, 'early');
    const key = { mode: 'test', workspaceName: 'Example Lender (fictional)' } as const;
    await withStores(early, (stores) => createKey({ stores, now: Date.now }, key), { make: true });
    writeFileSync(join(early, 'dev-secrets.json'), '{}', { mode: 0o600 });
    assert.deepEqual(await stated('fault', early), []);

    const blobs = await openDiskBlobs({ root: join(early, 'vault'), readOnly: true });
    await takeBackup({ dataDir: early, blobs, to: join(dir, 'backup'), now: Date.now });
    const restored = join(dir, 'restored');
    await restoreBackup({ from: join(dir, 'backup'), into: restored });
    writeFileSync(join(restored, 'dev-secrets.json'), '{}', { mode: 0o600 });
    assert.deepEqual(await stated('fault', restored), []);
    assert.deepEqual(readdirSync(early).concat(readdirSync(restored)).includes('vault'), false);
  });

  it('tells what the database is like also where the vault cannot be read', async () => {
    rmSync(join(dir, 'vault'), { recursive: true });
    writeFileSync(join(dir, 'vault'), 'no folder');
    const findings = await examine(dir, false);
    const ofDatabase = findings.filter(({ check }) => ['database', 'schema', 'timelines'].includes(check));
    assert.deepEqual(
      ofDatabase.map(({ state }) => state),
      ['ok', 'ok', 'ok'],
    );
    const [vault, ...others] = findings.filter(({ state }) => state === 'fault');
    assert.deepEqual([vault?.check, others], ['vault', []]);
    assert.match(vault?.text ?? '', /ENOTDIR/);
  });

  it('tells whether a gateway is running on the folder, without getting into its way', async () => {
    const unlock = lockDataDir(dir);
    const texts = (await examine(dir, false)).map(({ text }) => text);
    assert.ok(texts.includes('A gateway is running on it.'));
    unlock();
    assert.ok((await examine(dir, false)).some(({ text }) => text === 'No gateway is running on it.'));
  });

  it('finds a folder that others can enter', async () => {
    chmodSync(dir, 0o755);
    assert.deepEqual(await stated('fault'), ['file modes']);
  });

  const insertDocument = (blob: string, sizeBytes: number) =>
    change(`insert into workspaces values ('w', 'w', 1);
      insert into sessions (id, workspace_id, mode, flow, doc_types, status, created_at_ms, expires_at_ms)
        values ('s', 'w', 'test', 'signin', '[]', 'succeeded', 1, 2);
      insert into documents (id, session_id, workspace_id, doc_type, position, uri, upstream_code, issuer_id, issuer,
        name, description, mimes, state, blob, size_bytes, sha256)
        values ('d', 's', 'w', 't', 1, 'u', 'c', 'i', 'n', 'n', 'd', '[]', 'held', '${blob}', ${sizeBytes}, 'abc');
      insert into audit_entries (workspace_id, session_id, session_created_at_ms, at_ms, actor, action, detail)
        values ('w', 's', 1, 1, 'integrator', 'session.created', null), ('w', 's', 1, 1, 'person', 'session.succeeded', null),
          ('w', 's', 1, 1, 'system', 'document.held', 't sha256:abc');`);

  it('finds a held document without its file, or with a file that was cut', async () => {
    insertDocument('a-blob-of-ours', 5);
    assert.deepEqual(await stated('fault'), ['vault']);
    mkdirSync(join(dir, 'vault', 'rs'), { mode: 0o700 });
    writeFileSync(join(dir, 'vault', 'rs', 'a-blob-of-ours'), Buffer.alloc(16 + 5 + 16));
    assert.deepEqual(await stated('fault'), []);
    truncateSync(join(dir, 'vault', 'rs', 'a-blob-of-ours'), 20);
    assert.deepEqual(await stated('fault'), ['vault']);
  });

  it('tells leftovers, which are swept, from files of documents that the database does not know', async () => {
    insertDocument('a-blob-of-ours', 5);
    const id = '00000000-0000-4000-8000-00000000000d';
    change(`update documents set id = '${id}', state = 'erased', blob = null`);
    const vaultTexts = async () =>
      (await examine(dir, false)).filter(({ check }) => check === 'vault').map(({ state, text }) => [state, text]);
    const put = (name: string) => {
      const folder = join(dir, 'vault', name.slice(-2));
      mkdirSync(folder, { recursive: true, mode: 0o700 });
      writeFileSync(join(folder, name), 'x');
      utimesSync(join(folder, name), 0, 0);
    };
    put(`${id}-00000000000a`);
    const leftover = ['warning', 'Old files that no document names: 1. The hourly sweep takes them.'];
    assert.deepEqual(await vaultTexts(), [leftover]);
    put('00000000-0000-4000-8000-00000000000e-00000000000a');
    put('00000000-0000-4000-8000-00000000000f');
    const strangers = 'Files of documents that this database does not know: 2. Is it the one of this vault?';
    assert.deepEqual(await vaultTexts(), [leftover, ['warning', strangers]]);
  });

  it('finds a session or a document that was changed behind its timeline: only this sees a byte that a disk has flipped', async () => {
    const blob = 'a-blob-of-ours';
    insertDocument(blob, 5);
    mkdirSync(join(dir, 'vault', 'rs'), { mode: 0o700 });
    writeFileSync(join(dir, 'vault', 'rs', blob), Buffer.alloc(16 + 5 + 16));
    assert.deepEqual(await stated('fault'), []);
    for (const [damage, repair] of [
      [`update sessions set status = 'failed'`, `update sessions set status = 'succeeded'`],
      ['update sessions set created_at_ms = 3', 'update sessions set created_at_ms = 1'],
      [`update documents set sha256 = 'abd'`, `update documents set sha256 = 'abc'`],
      [`update documents set doc_type = 'u'`, `update documents set doc_type = 't'`],
      [`delete from audit_entries where action = 'document.held'`, ''],
    ] as const) {
      change(damage);
      assert.deepEqual(await stated('fault'), ['timelines'], damage);
      change(repair);
    }
  });

  it('finds a clock that is behind what was written', async () => {
    change(`insert into audit_entries (workspace_id, session_id, at_ms, actor, action)
      values ('w', 's', ${Date.now() + 3_600_000}, 'system', 'x')`);
    assert.deepEqual(await stated('fault'), ['clock']);
  });

  it('finds a row that names a missing one, and a database that was cut', async () => {
    insertDocument('a-blob-of-ours', 5);
    change(`delete from sessions`);
    assert.ok((await stated('fault')).includes('database'));
    change(`delete from documents`);
    truncateSync(join(dir, 'tijori.db'), statSync(join(dir, 'tijori.db')).size - 8_192);
    assert.ok((await stated('fault')).includes('database'));
  });

  it('finds a schema of another version: an older one is to be migrated, a newer one is not ours', async () => {
    change(`delete from schema_migrations where number = (select max(number) from schema_migrations)`);
    assert.deepEqual([await stated('warning'), await stated('fault')], [['schema'], []]);
    change(`insert into schema_migrations values (9999, 'future', 1)`);
    assert.deepEqual(await stated('fault'), ['schema']);
  });

  it('says so where there is nothing to look at', async () => {
    const nowhere = join(dir, 'nowhere');
    const findings = await examine(nowhere, false);
    assert.ok(findings.some(({ check, state }) => check === 'data folder' && state === 'fault'));
    assert.throws(() => statSync(nowhere));
  });
});
