import assert from 'node:assert/strict';
import { after, type TestContext, test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { needs } from '../../../../../scripts/needs.ts';
import { AppError } from '../../domain/app-error.ts';
import type { Session } from '../../domain/session.ts';
import { integrator, walk, withoutDownloads } from '../../testing/api.ts';
import { postgresOfTests } from '../../testing/engines.ts';
import { startTestGateway, type TestGateway } from '../../testing/gateway.ts';
import type { Upstream } from '../../upstream/upstream.ts';
import type { Deps } from '../deps.ts';
import { collectDocument } from '../documents/collect.ts';
import { secretLabel } from './attempt.ts';
import { openRenewals } from './note-grant.ts';
import { renewalTurnMs } from './renew-grant.ts';

const postgres = postgresOfTests((t) => needs(t, 'initdb'));
after(() => postgres.remove());

/** A session with three documents to come, whose access token is over, and two nodes that may fetch them. */
async function staged(t: TestContext, url?: string) {
  const gateway = await startTestGateway(url ? { database: { url, connectionsMax: 4 } } : {});
  t.after(() => gateway.close());
  const api = integrator(gateway, await gateway.newKey());
  const id = await api.newSession();
  await withoutDownloads(gateway, () => walk(gateway, id));
  const { clock, deps } = gateway;
  clock.nowMs += 3_601_000;
  const untilMs = clock.nowMs + 60 * 60_000;
  await deps.stores.commit([
    { sql: 'update sessions set documents_expire_at_ms = $1 where id = $2', params: [untilMs, id] },
  ]);
  const session = (await deps.stores.sessions.find(id)) as Session;
  const real = deps.upstreams.test as Upstream;
  let renewals = 0;
  const upstream: Upstream = {
    ...real,
    refresh: (grant) => {
      renewals += 1;
      return real.refresh(grant);
    },
  };
  const node = (nodeId: string, change: Partial<Deps> = {}): Deps => ({
    ...deps,
    nodeId,
    upstreams: { test: upstream },
    renewals: openRenewals(),
    collecting: new Map(),
    ...change,
  });
  /** What comes of one of the documents that the session waits for: `held`, or a code. */
  const fetched = async (by: Deps, position: number): Promise<string> => {
    const document = (await deps.stores.documents.ofSession(id))[position];
    assert.ok(document);
    return collectDocument(by, session, document).then(
      ({ state }) => state,
      (error: AppError) => error.code,
    );
  };
  return { ...gateway, api, session, upstream, node, fetched, renewals: () => renewals };
}

/** A place where the code under test waits until the test lets it go on. */
function standstill() {
  const { promise: reached, resolve: reach } = Promise.withResolvers<void>();
  const { promise: goesOn, resolve: goOn } = Promise.withResolvers<void>();
  const stand = async () => {
    reach();
    await goesOn;
  };
  return { stand, reached, goOn };
}

/** The same stores; while `broken.is`, the database takes nothing. */
function breakable({ stores }: TestGateway['deps'], broken: { is: boolean }): Deps['stores'] {
  const commit: Deps['stores']['commit'] = (...args) =>
    broken.is ? Promise.reject(new AppError('storage_unavailable')) : stores.commit(...args);
  return { ...stores, commit };
}

/** A node whose database takes nothing once it has renewed, as long as `broken.is`. */
function breaksAfterRenewal({ deps, node, upstream }: Awaited<ReturnType<typeof staged>>) {
  const broken = { is: false };
  const refresh: Upstream['refresh'] = async (grant) => {
    const fresh = await upstream.refresh(grant);
    broken.is = true;
    return fresh;
  };
  const one = node('one', { stores: breakable(deps, broken), upstreams: { test: { ...upstream, refresh } } });
  return { one, broken };
}

test('a database that takes nothing right after a renewal does not cost the consent, and another node finds it noted', async (t) => {
  const stage = await staged(t);
  const { deps, node, fetched, renewals } = stage;
  const { one, broken } = breaksAfterRenewal(stage);
  assert.equal(await fetched(one, 0), 'storage_unavailable');
  assert.equal(await fetched(one, 0), 'storage_unavailable');
  broken.is = false;
  // Nobody asks the first node again.
  await deps.background.idle();
  assert.equal(await fetched(node('two'), 1), 'held');
  assert.equal(await fetched(one, 0), 'held');
  assert.equal(renewals(), 1);
});

test('while renewed tokens wait for the database, the turn keeps other nodes from presenting the old ones', async (t) => {
  const stage = await staged(t);
  const { clock, node, fetched, renewals } = stage;
  const { one, broken } = breaksAfterRenewal(stage);
  assert.equal(await fetched(one, 0), 'storage_unavailable');
  clock.nowMs += 60_000;
  const other = fetched(node('two'), 1);
  broken.is = false;
  assert.equal(await other, 'held');
  assert.equal(renewals(), 1);
});

test('a PostgreSQL that breaks between a renewal and its note does not cost the consent', async (t) => {
  const url = await postgres.newMigrated(t);
  const server = await postgres.server(t);
  if (!url || !server) return;
  const { clock, node, upstream, fetched, renewals } = await staged(t, url);
  const refresh: Upstream['refresh'] = async (grant) => {
    const fresh = await upstream.refresh(grant);
    await server.end('immediate');
    return fresh;
  };
  const one = node('one', { upstreams: { test: { ...upstream, refresh } } });
  assert.equal(await fetched(one, 0), 'storage_unavailable');
  await server.start();
  clock.nowMs += 20_000;
  assert.equal(await fetched(one, 0), 'held');
  assert.equal(await fetched(node('two'), 1), 'held');
  assert.equal(renewals(), 1);
});

test('a note that was taken although its answer was lost stands', async (t) => {
  const { deps, node, upstream, fetched, renewals } = await staged(t);
  let isLost = false;
  const commit: Deps['stores']['commit'] = async (...args) => {
    const outcome = await deps.stores.commit(...args);
    if (!isLost) return outcome;
    isLost = false;
    throw new AppError('storage_unavailable');
  };
  const refresh: Upstream['refresh'] = async (grant) => {
    const fresh = await upstream.refresh(grant);
    isLost = true;
    return fresh;
  };
  const one = node('one', { stores: { ...deps.stores, commit }, upstreams: { test: { ...upstream, refresh } } });
  assert.equal(await fetched(one, 0), 'storage_unavailable');
  assert.equal(await fetched(one, 0), 'held');
  // Nor are they let go, as those of a session that is over would be.
  await deps.background.idle();
  assert.equal(await fetched(one, 1), 'held');
  assert.equal(renewals(), 1);
});

test('renewed tokens of a session that was over before they could be noted are revoked', async (t) => {
  const { api, deps, session, node, upstream, fetched } = await staged(t);
  const broken = { is: false };
  let accessToken = '';
  const refresh: Upstream['refresh'] = async (grant) => {
    const fresh = await upstream.refresh(grant);
    accessToken = fresh.accessToken;
    broken.is = true;
    return fresh;
  };
  const one = node('one', { stores: breakable(deps, broken), upstreams: { test: { ...upstream, refresh } } });
  assert.equal(await fetched(one, 0), 'storage_unavailable');
  assert.equal((await api.send({ method: 'POST', url: `/v1/sessions/${session.id}/withdraw` })).statusCode, 200);
  await assert.doesNotReject(upstream.user({ accessToken, accessTokenExpiresAtMs: 0 }));
  broken.is = false;
  await deps.background.idle();
  await assert.rejects(upstream.user({ accessToken, accessTokenExpiresAtMs: 0 }), { code: 'upstream_refused' });
});

test('a node that stands still in its call to renew has its turn for minutes: another one waits for what it brings', async (t) => {
  const { clock, deps, node, upstream, fetched, renewals } = await staged(t);
  const { stand, reached, goOn } = standstill();
  const refresh: Upstream['refresh'] = async (grant) => {
    await stand();
    return upstream.refresh(grant);
  };
  const ofOne = fetched(node('one', { upstreams: { test: { ...upstream, refresh } } }), 0);
  await reached;
  clock.nowMs += 2 * 60_000;
  let looks = 0;
  const take: Deps['stores']['turns']['take'] = (...args) => {
    looks += 1;
    return deps.stores.turns.take(...args);
  };
  const two = node('two', { stores: { ...deps.stores, turns: { ...deps.stores.turns, take } } });
  const ofTwo = fetched(two, 1);
  // Until it has looked twice in vain, or has renewed where it should not.
  while (looks < 2 && renewals() === 0) await wait(5);
  goOn();
  assert.deepEqual(await Promise.all([ofOne, ofTwo, fetched(two, 2)]), ['held', 'held', 'held']);
  assert.equal(renewals(), 1);
});

for (const [what, pauseMs] of [
  ['until another one has renewed', renewalTurnMs + 1],
  ['for so long that the rest of its turn might not do', renewalTurnMs / 2 + 1],
] as const) {
  test(`a node that stands still before it renews, ${what}, does not present its old tokens when it goes on`, async (t) => {
    const { clock, deps, node, fetched, renewals } = await staged(t);
    const { stand, reached, goOn } = standstill();
    let reads = 0;
    const find: Deps['stores']['secrets']['find'] = async (id) => {
      const secrets = await deps.stores.secrets.find(id);
      reads += 1;
      // The second time, it has its turn.
      if (reads === 2) await stand();
      return secrets;
    };
    const stores = { ...deps.stores, secrets: { ...deps.stores.secrets, find } };
    const ofOne = fetched(node('one', { stores }), 0);
    await reached;
    clock.nowMs += pauseMs;
    const isOver = pauseMs > renewalTurnMs;
    if (isOver) assert.equal(await fetched(node('two'), 1), 'held');
    goOn();
    assert.equal(await ofOne, 'upstream_unavailable');
    assert.equal(renewals(), isOver ? 1 : 0);
    assert.equal(await fetched(node('two'), 2), 'held');
    assert.equal(renewals(), 1);
  });
}

test('a renewal that is refused because another node was faster ends nothing: what that one brought is used', async (t) => {
  const { clock, node, upstream, fetched } = await staged(t);
  const refresh: Upstream['refresh'] = async () => {
    clock.nowMs += renewalTurnMs + 1;
    assert.equal(await fetched(node('two'), 1), 'held');
    throw new AppError('upstream_refused', { cause: { status: 400, error: 'invalid_grant' } });
  };
  assert.equal(await fetched(node('one', { upstreams: { test: { ...upstream, refresh } } }), 0), 'held');
});

test('a consent is not over when its tokens were replaced while the refusal of the old ones was on its way', async (t) => {
  const { deps, session, node, upstream, fetched } = await staged(t);
  const { stores, seal } = deps;
  let calls = 0;
  const fetchDocument: Upstream['fetchDocument'] = async (grant) => {
    calls += 1;
    if (calls === 2) {
      const from = (await stores.secrets.find(session.id))?.sealedGrant ?? '';
      const to = seal.sealSmall(JSON.stringify({ ...grant, accessToken: 'another' }), secretLabel(session, 'grant'));
      await stores.commit([stores.secrets.grant(session.id, { from, to })]);
    }
    // What is tried with the other one is not refused but lost.
    throw new AppError(calls > 2 ? 'upstream_timeout' : 'upstream_refused', { cause: { status: 401 } });
  };
  assert.equal(
    await fetched(node('one', { upstreams: { test: { ...upstream, fetchDocument } } }), 0),
    'upstream_timeout',
  );
  const states = (await stores.documents.ofSession(session.id)).map(({ state }) => state);
  assert.deepEqual(states, ['pending', 'pending', 'pending']);
});

for (const [when, reads] of [
  ['before the end is written down', 3],
  ['while the end is written down', 4],
] as const) {
  test(`a consent is not over when its tokens were replaced ${when}`, async (t) => {
    const { deps, session, node, upstream, fetched } = await staged(t);
    const { stores, seal } = deps;
    let done = 0;
    const find: Deps['stores']['secrets']['find'] = async (id) => {
      const secrets = await stores.secrets.find(id);
      done += 1;
      if (done === reads) {
        const fresh = { accessToken: 'another', refreshToken: 'another', accessTokenExpiresAtMs: 0 };
        const to = seal.sealSmall(JSON.stringify(fresh), secretLabel(session, 'grant'));
        await stores.commit([stores.secrets.grant(id, { from: secrets?.sealedGrant ?? '', to })]);
      }
      return secrets;
    };
    const fetchDocument = () => Promise.reject(new AppError('upstream_refused', { cause: { status: 401 } }));
    const change = { stores: { ...stores, secrets: { ...stores.secrets, find } } };
    const one = node('one', { ...change, upstreams: { test: { ...upstream, fetchDocument } } });
    assert.equal(await fetched(one, 0), 'upstream_unavailable');
    assert.equal(done, 4);
    const states = (await stores.documents.ofSession(session.id)).map(({ state }) => state);
    assert.deepEqual(states, ['pending', 'pending', 'pending']);
  });
}

test('tokens that are sealed anew under another key while they are refused are renewed all the same', async (t) => {
  const { deps, session, node, upstream, fetched, renewals } = await staged(t);
  const { stores, seal } = deps;
  const sealAnew = async () => {
    const from = (await stores.secrets.find(session.id))?.sealedGrant ?? '';
    const label = secretLabel(session, 'grant');
    const to = seal.sealSmall(seal.openSmall(from, label), label);
    await stores.commit([stores.secrets.grant(session.id, { from, to })]);
  };
  const fetchDocument: Upstream['fetchDocument'] = async (...args) => {
    if (renewals() === 0) await sealAnew();
    return upstream.fetchDocument(...args);
  };
  const refresh: Upstream['refresh'] = async (grant) => {
    const fresh = await upstream.refresh(grant);
    await sealAnew();
    return fresh;
  };
  const one = node('one', { upstreams: { test: { ...upstream, fetchDocument, refresh } } });
  assert.equal(await fetched(one, 0), 'held');
  assert.equal(await fetched(node('two'), 1), 'held');
  assert.equal(renewals(), 1);
});
