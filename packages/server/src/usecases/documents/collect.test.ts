import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Session } from '../../domain/session.ts';
import { integrator, walk, withoutDownloads } from '../../testing/api.ts';
import { startTestGateway } from '../../testing/gateway.ts';
import type { Deps } from '../deps.ts';
import { collectDocument } from './collect.ts';
import { orphanAgeMs, orphanSearch } from './erase.ts';

for (const [howLong, pauseMs, place] of [
  ['longer than an orphan’s age', orphanAgeMs + 5_000, 'the file is put'],
  ['so long that its commit might not come in time', orphanAgeMs / 2 + 5_000, 'the file is put'],
  ['longer than an orphan’s age', orphanAgeMs + 5_000, 'certificates are looked up'],
] as const) {
  test(`a node that stands still ${howLong} after ${place} writes no row for a file that may be gone`, async (t) => {
    const gateway = await startTestGateway();
    t.after(() => gateway.close());
    const { clock, deps } = gateway;
    const api = integrator(gateway, await gateway.newKey());
    const id = await api.newSession();
    await withoutDownloads(gateway, () => walk(gateway, id));
    const session = (await deps.stores.sessions.find(id)) as Session;
    const [document] = await deps.stores.documents.ofSession(id);
    assert.ok(document);
    const { promise: reached, resolve: reach } = Promise.withResolvers<void>();
    const { promise: goesOn, resolve: goOn } = Promise.withResolvers<void>();
    const stand = async () => {
      reach();
      await goesOn;
    };
    const put: Deps['blobs']['put'] = async (...args) => {
      const size = await deps.blobs.put(...args);
      if (place === 'the file is put') await stand();
      return size;
    };
    const insertions: Deps['stores']['verdicts']['insertions'] = async (...args) => {
      const statements = await deps.stores.verdicts.insertions(...args);
      if (place === 'certificates are looked up') await stand();
      return statements;
    };
    const stores = { ...deps.stores, verdicts: { ...deps.stores.verdicts, insertions } };
    const fetching = collectDocument({ ...deps, blobs: { ...deps.blobs, put }, stores }, session, document);
    const refused = assert.rejects(fetching, { code: 'storage_unavailable' });
    await reached;
    clock.nowMs += pauseMs;
    const isOrphan = pauseMs > orphanAgeMs;
    assert.equal(await orphanSearch(deps).goOn(() => true), isOrphan ? 1 : 0);
    goOn();
    await refused;
    for await (const { name } of deps.blobs.list()) assert.fail(`${name} is left`);
    // It is still to come, and whoever asks next gets it.
    const [link = ''] = await api.links(id, document.docType);
    assert.equal((await gateway.app.inject({ method: 'GET', url: link })).statusCode, 200);
  });
}
