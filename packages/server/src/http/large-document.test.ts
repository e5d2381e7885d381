import assert from 'node:assert/strict';
import { hash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { Readable } from 'node:stream';
import { after, before, describe, it } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { integrator, people, walk } from '../testing/api.ts';
import { startTestGateway, type TestGateway } from '../testing/gateway.ts';
import { holdDocument } from '../testing/hold-document.ts';

/** Many segments of the seal and many reads of the file. */
const bytes = randomBytes(1_000_001);
const digest = hash('sha256', bytes);

describe('a document of many segments', () => {
  let gateway: TestGateway;
  let link: URL;
  before(async () => {
    gateway = await startTestGateway();
    const api = integrator(gateway, await gateway.newKey());
    const id = await api.newSession();
    await walk(gateway, id, { mobile: people.ravi });
    await api.links(id, 'gstn_details');
    const session = (await gateway.deps.stores.sessions.find(id)) ?? assert.fail();
    const contentType = 'application/xml';
    const fetchedAtMs = gateway.clock.nowMs;
    await holdDocument(gateway.deps, session, {
      docType: 'gstn_details',
      bytes,
      contentType,
      fetchedAtMs,
      position: 9,
    });
    const address = (await api.links(id, 'gstn_details')).at(-1) ?? '';
    await gateway.app.listen({ host: '127.0.0.1', port: 0 });
    const { port } = gateway.app.server.address() as AddressInfo;
    link = new URL(address, `http://127.0.0.1:${port}`);
  });
  after(() => gateway.close());

  const download = async (pauseMs: number): Promise<string> => {
    const request = get(link, { headers: { host: new URL(gateway.config.baseUrl).host }, agent: false });
    const [response] = (await once(request, 'response')) as [IncomingMessage];
    assert.equal(response.statusCode, 200);
    const pieces: Buffer[] = [];
    for await (const piece of response) {
      pieces.push(piece);
      if (pauseMs > 0 && pieces.length % 8 === 0) await wait(pauseMs);
    }
    return hash('sha256', Buffer.concat(pieces));
  };

  it('arrives whole at many who read at once, fast and slow', async () => {
    const digests = await Promise.all([0, 0, 0, 2, 5].map(download));
    assert.deepEqual(
      digests,
      digests.map(() => digest),
    );
  });

  it('arrives whole after others have left in the middle of it', async () => {
    const leaving = Array.from({ length: 4 }, async () => {
      const request = get(link, { headers: { host: new URL(gateway.config.baseUrl).host }, agent: false });
      const [response] = (await once(request, 'response')) as [IncomingMessage];
      await once(response, 'data');
      response.destroy();
    });
    const digests = await Promise.all([download(0), download(5)]);
    await Promise.all(leaving);
    assert.deepEqual(digests, [digest, digest]);
  });

  it('is closed again when whoever asked for it left before its first byte', { timeout: 60_000 }, async (t) => {
    const { blobs } = gateway.deps;
    const { get: open } = blobs;
    t.after(() => Object.assign(blobs, { get: open }));
    const asked = Promise.withResolvers<void>();
    const opened = Promise.withResolvers<Readable>();
    const accepted = once(gateway.app.server, 'connection');
    blobs.get = async (name) => {
      const [connection] = (await accepted) as [Socket];
      const left = once(connection, 'close');
      asked.resolve();
      await left;
      const file = await open(name);
      opened.resolve(file ?? assert.fail());
      return file;
    };
    const request = get(link, { headers: { host: new URL(gateway.config.baseUrl).host }, agent: false });
    request.once('error', () => {});
    await asked.promise;
    request.destroy();
    const file = await opened.promise;
    if (!file.closed) await once(file, 'close');
  });
});
