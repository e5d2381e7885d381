import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { blobNameOf } from '../../domain/document.ts';
import { snapshotSqlite } from '../../storage/sqlite-snapshot.ts';
import { integrator, people, walk, withoutDownloads } from '../../testing/api.ts';
import { startTestGateway, type TestGateway } from '../../testing/gateway.ts';
import { listed } from '../../vault/blobs.suite.ts';
import { orphanSearch } from './erase.ts';

describe('a search for leftovers', () => {
  let gateway: TestGateway;
  let api: ReturnType<typeof integrator>;
  beforeEach(async () => {
    gateway = await startTestGateway();
    api = integrator(gateway, await gateway.newKey());
  });
  afterEach(() => gateway.close());

  const heldSession = async () => {
    const id = await api.newSession();
    await walk(gateway, id, { mobile: people.ravi });
    await gateway.deps.background.idle();
    return id;
  };
  const files = async () => (await listed(gateway.deps.blobs)).map(({ name }) => name).sort();
  /** A whole search of our vault an hour later, by this gateway's database: what it removed, and what it told. */
  const searchBy = async ({ deps }: TestGateway) => {
    const told: unknown[] = [];
    const log = { ...deps.log, warn: (about: object) => told.push(about) };
    const now = () => Date.now() + 3_600_000;
    const search = orphanSearch({ ...deps, blobs: gateway.deps.blobs, log, now });
    return { removed: await search.goOn(() => true), told };
  };

  it('by an empty database, or by that of another installation, removes nothing and says how many files it does not know', async () => {
    await heldSession();
    const before = await files();
    assert.ok(before.length >= 3);
    const other = await startTestGateway();
    try {
      assert.deepEqual(await searchBy(other), { removed: 0, told: [{ files: before.length }] });
      await integrator(other, await other.newKey()).newSession();
      assert.deepEqual(await searchBy(other), { removed: 0, told: [{ files: before.length }] });
    } finally {
      await other.close();
    }
    assert.deepEqual(await files(), before);
    assert.deepEqual(await searchBy(gateway), { removed: 0, told: [] });
  });

  it('by a copy of the database of an earlier day removes nothing that came after it, nor what it still waits for', async () => {
    const dataDir = mkdtempSync(join(tmpdir(), 'tijori-earlier-'));
    try {
      let waiting = '';
      await withoutDownloads(gateway, async () => {
        waiting = await heldSession();
      });
      await snapshotSqlite(join(gateway.config.dataDir, 'tijori.db'), join(dataDir, 'tijori.db'));
      assert.equal((await api.document(waiting, 'gstn_details')).statusCode, 200);
      const ofWaiting = (await files()).length;
      assert.ok(ofWaiting > 0);
      await heldSession();
      const before = await files();
      const earlier = await startTestGateway({ dataDir, secrets: gateway.config.secrets });
      try {
        const about = { files: before.length - ofWaiting };
        assert.deepEqual(await searchBy(earlier), { removed: 0, told: [about] });
      } finally {
        await earlier.close();
      }
      assert.deepEqual(await files(), before);
    } finally {
      rmSync(dataDir, { recursive: true });
    }
  });

  it('takes what a crash left of a document once that is held in another file, and not while it is still to come', async () => {
    let id = '';
    await withoutDownloads(gateway, async () => {
      id = await heldSession();
    });
    const [document] = await gateway.deps.stores.documents.ofType(id, 'gstn_details');
    const leftover = blobNameOf(document?.id ?? '', gateway.deps.newId());
    await gateway.deps.blobs.put(leftover, [Buffer.from('its row was never written')]);
    assert.equal((await searchBy(gateway)).removed, 0);
    assert.equal((await api.document(id, 'gstn_details')).statusCode, 200);
    const [held] = await gateway.deps.stores.documents.ofType(id, 'gstn_details');
    assert.equal((await searchBy(gateway)).removed, 1);
    const left = await files();
    assert.ok(!left.includes(leftover) && left.includes(held?.held?.blob ?? ''));
  });
});
