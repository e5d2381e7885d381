import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, it, type TestContext } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { callbackPath } from '../../packages/server/src/usecases/journey/attempt.ts';
import type { NewKey } from '../../packages/server/src/usecases/keys/create.ts';
import { openWalker } from '../../packages/server/src/walker/walker.ts';
import { findProgram, needs } from '../../scripts/needs.ts';
import { type Cluster, type Node, startCluster } from './cluster.ts';

const createPath = '/kyc/entitylocker-sdk/sessions/create';
const createBody = JSON.stringify({
  '@entity': 'in.co.sandbox.kyc.entitylocker.sdk.session.request',
  flow: 'signin',
  doc_types: ['company_master_details', 'gstn_details'],
});
const rateLive = 60;

/** One integrator, at whatever address. */
async function integratorAt(url: string, key: NewKey) {
  const response = await fetch(`${url}/authenticate`, {
    method: 'POST',
    headers: { 'x-api-key': key.apiKey, 'x-api-secret': key.apiSecret },
  });
  assert.equal(response.status, 200, await response.clone().text());
  const { data } = (await response.json()) as { data: { access_token: string } };
  const headers = { authorization: data.access_token, 'x-api-key': key.apiKey };
  return {
    headers,
    create: (more: Record<string, string> = {}, at = url) =>
      fetch(`${at}${createPath}`, {
        method: 'POST',
        headers: { ...headers, 'content-type': 'application/json', ...more },
        body: createBody,
      }),
    get: (path: string, at = url) => fetch(`${at}/kyc/entitylocker-sdk/sessions/${path}`, { headers }),
  };
}

async function idOf(response: Response): Promise<string> {
  assert.equal(response.status, 200, await response.clone().text());
  return ((await response.json()) as { data: { id: string } }).data.id;
}

describe('three nodes on one PostgreSQL, behind a balancer without sticky sessions', () => {
  let started: Cluster | undefined;
  before(async () => {
    const initdb = findProgram('initdb');
    if (initdb) started = await startCluster(initdb, 3, { TIJORI_RATE_LIVE: String(rateLive) });
  });
  after(() => started?.close());
  const cluster = (t: TestContext) => (needs(t, 'initdb') ? started : undefined);

  const consent = async ({ balancer, simulatorOrigin: upstreamOrigin }: Cluster, id: string) => {
    const walker = openWalker({
      gatewayUrl: balancer.url,
      upstreamOrigin,
      callbackUrl: `${balancer.url}${callbackPath}`,
    });
    await walker.play({ workspaceId: 'w', id }, 'consent_all');
    walker.close();
  };
  const documentsOf = async (integrator: Awaited<ReturnType<typeof integratorAt>>, id: string, at?: string) => {
    const status = await integrator.get(`${id}/status`, at);
    assert.match(await status.text(), /"status":"succeeded"/);
    const listed = await integrator.get(`${id}/documents/gstn_details`, at);
    const { data } = (await listed.json()) as { data: { files: { url: string }[] } };
    const [file] = data.files;
    return fetch(file?.url ?? '');
  };

  it('a session made on one, consented on another and fetched from a third', async (t) => {
    const up = cluster(t);
    if (!up) return;
    const [one, other, third] = up.nodes.map(({ port }) => port);
    const key = await up.newKey('test');
    up.balancer.use([one ?? 0]);
    const id = await idOf(await (await integratorAt(up.balancer.url, key)).create());
    up.balancer.use([other ?? 0]);
    await consent(up, id);
    up.balancer.use([third ?? 0]);
    const file = await documentsOf(await integratorAt(up.balancer.url, key), id);
    assert.equal(file.status, 200);
    assert.ok((await file.arrayBuffer()).byteLength > 1_000);
    up.balancer.use(up.nodes.map(({ port }) => port));
  });

  it('whole journeys in which each request meets the next node', async (t) => {
    const up = cluster(t);
    if (!up) return;
    const integrator = await integratorAt(up.balancer.url, await up.newKey('test'));
    await Promise.all(
      Array.from({ length: 4 }, async () => {
        const id = await idOf(await integrator.create());
        await consent(up, id);
        assert.equal((await documentsOf(integrator, id)).status, 200);
      }),
    );
    for (const { port } of up.nodes) assert.ok((up.balancer.served.get(port) ?? 0) > 10);
    assert.deepEqual(up.balancer.failures, []);
  });

  it('a key has its quota once and not once a node', async (t) => {
    const up = cluster(t);
    if (!up) return;
    const integrator = await integratorAt(up.balancer.url, await up.newKey('live'));
    const statuses: number[] = [];
    const call = async () => statuses.push((await integrator.get(`${randomUUID()}/status`)).status);
    const admitted = () => statuses.filter((status) => status === 521).length;
    for (let burst = 0; burst < 3; burst += 1) await Promise.all(Array.from({ length: 50 }, call));
    assert.ok(admitted() <= rateLive, `${admitted()}`);
    // What a node took ahead comes back within a quarter of a second.
    await wait(600);
    await Promise.all(Array.from({ length: 30 }, call));
    assert.equal(admitted(), rateLive);
    assert.deepEqual([...new Set(statuses)].sort(), [429, 521]);
  });

  it('a request that is repeated at every node at once has one effect', async (t) => {
    const up = cluster(t);
    if (!up) return;
    const integrator = await integratorAt(up.balancer.url, await up.newKey('test'));
    const retry = { 'idempotency-key': randomUUID() };
    const answers = await Promise.all(Array.from({ length: 30 }, () => integrator.create(retry)));
    assert.deepEqual(
      answers.filter(({ status }) => status !== 200 && status !== 409).map(({ status }) => status),
      [],
    );
    const bodies = new Set<string>();
    for (const answer of answers) if (answer.status === 200) bodies.add(await answer.text());
    for (const { url } of up.nodes) bodies.add(await (await integrator.create(retry, url)).text());
    assert.equal(bodies.size, 1);
    const listed = await fetch(`${up.balancer.url}/v1/sessions`, { headers: integrator.headers });
    const { data } = (await listed.json()) as { data: unknown[] };
    assert.equal(data.length, 1);
  });

  it('a revoked key is dead at every node within a second', async (t) => {
    const up = cluster(t);
    if (!up) return;
    const key = await up.newKey('test');
    const integrator = await integratorAt(up.balancer.url, key);
    for (const { url } of up.nodes) assert.equal((await integrator.create({}, url)).status, 200);
    await up.revoke(key.apiKey);
    await wait(1_000);
    for (const { url } of up.nodes) assert.equal((await integrator.create({}, url)).status, 403);
  });

  it('one of three nodes taken out, the other two restarted in turn, and that one brought back, under load: no request fails, no session is lost', async (t) => {
    const up = cluster(t);
    if (!up) return;
    const integrator = await integratorAt(up.balancer.url, await up.newKey('test'));
    const made: string[] = [];
    const bad: string[] = [];
    let isOver = false;
    const load = Promise.all(
      Array.from({ length: 6 }, async () => {
        while (!isOver) {
          const created = await integrator.create();
          const text = await created.text();
          if (created.status !== 200) bad.push(`${created.status} ${text}`);
          else {
            const { id } = (JSON.parse(text) as { data: { id: string } }).data;
            made.push(id);
            const status = await integrator.get(`${id}/status`);
            if (status.status !== 200) bad.push(`${status.status} ${await status.text()}`);
            else await status.text();
          }
        }
      }),
    );
    const [third, ...others] = up.nodes;
    const stop = async (node: Node | undefined) => {
      await wait(200);
      assert.equal(await node?.stop(), 0);
    };
    await stop(third);
    for (const node of others) {
      await stop(node);
      await node.start();
    }
    await third?.start();
    isOver = true;
    await load;
    assert.deepEqual(bad, []);
    assert.deepEqual(up.balancer.failures, []);
    assert.ok(made.length > 20);
    for (const id of made) assert.equal((await integrator.get(`${id}/status`)).status, 200);
    assert.deepEqual(up.complaints(), []);
  });
});
