import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Session } from '../../domain/session.ts';
import { integrator, walk, withoutDownloads } from '../../testing/api.ts';
import { startTestGateway } from '../../testing/gateway.ts';
import type { Deps } from '../deps.ts';
import { collectDocument } from './collect.ts';
import { orphanSearch } from './erase.ts';
import { orphanAgeMs } from './leftovers.ts';

for (const place of ['the file is put', 'certificates are looked up'] as const) {
  test(`a node that stands still for longer than a leftover’s age after ${place} finds the file when it goes on`, async (t) => {
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
    await reached;
    clock.nowMs += orphanAgeMs + 5_000;
    assert.equal(await orphanSearch(deps).goOn(() => true), 0);
    goOn();
    assert.equal((await fetching).state, 'held');
    const [link = ''] = await api.links(id, document.docType);
    assert.equal((await gateway.app.inject({ method: 'GET', url: link })).statusCode, 200);
  });
}
