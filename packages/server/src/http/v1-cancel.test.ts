import assert from 'node:assert/strict';
import { after, afterEach, before, describe, it } from 'node:test';
import type { V1Session } from '@tijori/wire';
import { AppError } from '../domain/app-error.ts';
import { integrator, walk, walkToCallback } from '../testing/api.ts';
import { backUrl, leadsTo, ownApi, redirectFlow, walkByRedirect } from '../testing/families.ts';
import { startTestGateway, type TestGateway } from '../testing/gateway.ts';
import { browser } from '../testing/person.ts';
import type { Upstream } from '../upstream/upstream.ts';
import { revokeDue } from '../usecases/consent/revoke.ts';
import { openGrant } from '../usecases/journey/attempt.ts';

const hourMs = 3_600_000;

describe('a cancellation', () => {
  let gateway: TestGateway;
  let own: ReturnType<typeof ownApi>;
  let sdk: ReturnType<typeof integrator>;
  let flow: ReturnType<typeof redirectFlow>;
  let startMs: number;
  let real: Upstream;
  let findOwn: TestGateway['deps']['stores']['sessions']['findOwn'];
  before(async () => {
    gateway = await startTestGateway();
    startMs = gateway.clock.nowMs;
    const key = await gateway.newKey();
    own = ownApi(gateway, key);
    sdk = integrator(gateway, key);
    flow = redirectFlow(gateway, key);
    const { test } = gateway.deps.upstreams;
    if (!test) throw new Error('no upstream');
    real = test;
    ({ findOwn } = gateway.deps.stores.sessions);
  });
  afterEach(async () => {
    await gateway.deps.background.idle();
    gateway.clock.nowMs = startMs;
    gateway.deps.upstreams.test = real;
    gateway.deps.stores.sessions.findOwn = findOwn;
  });
  after(() => gateway.close());

  const down = async (): Promise<never> => {
    throw new AppError('upstream_unavailable', { detail: 'switched off by a test' });
  };
  /** Nothing of what EntityLocker gave is left, and both of our APIs say why. */
  const assertCancelled = async (id: string) => {
    const session = (await own.get(id)).json<V1Session>();
    assert.deepEqual([session.status, session.status_reason], ['failed', 'session_cancelled']);
    assert.equal(await gateway.deps.stores.secrets.find(id), undefined);
    assert.deepEqual(await gateway.deps.stores.documents.ofSession(id), []);
    const { timeline } = (await own.get(id)).json<{ timeline: { actor: string; action: string; detail: string }[] }>();
    const last = timeline.filter(({ action }) => action === 'session.failed');
    assert.deepEqual(
      last.map(({ actor, detail }) => [actor, detail]),
      [['integrator', 'session_cancelled']],
    );
  };

  it('ends a session in any open state, and once more gives the same answer', async () => {
    const person = browser(gateway);
    const [created, initialized, authorized] = [await sdk.newSession(), await sdk.newSession(), await sdk.newSession()];
    await walkToCallback(person, initialized);
    gateway.deps.upstreams.test = { ...real, issuedDocuments: down };
    await person.get(await walkToCallback(person, authorized));
    for (const id of [created, initialized, authorized]) {
      const first = await own.cancel(id);
      assert.equal(first.statusCode, 200, first.body);
      gateway.clock.nowMs += 5_000;
      assert.equal((await own.cancel(id)).body, first.body);
      gateway.clock.nowMs = startMs;
      await assertCancelled(id);
      const status = await sdk.status(id);
      assert.deepEqual([status.json().data.status, status.headers['x-error-code']], ['failed', 'session_cancelled']);
      assert.equal((await sdk.document(id, 'gstn_details')).statusCode, 523);
    }
  });

  it('is refused where there was another end, which stays', async () => {
    const [succeeded, failed, expired] = [await sdk.newSession(), await sdk.newSession(), await sdk.newSession()];
    await walk(gateway, succeeded);
    await walk(gateway, failed, { decision: 'Deny' });
    // What still comes in stands in the timeline, too.
    await gateway.deps.background.idle();
    for (const id of [succeeded, failed, expired]) {
      if (id === expired) gateway.clock.nowMs = startMs + hourMs;
      const before = (await own.get(id)).json();
      const refused = await own.cancel(id);
      assert.deepEqual([refused.statusCode, refused.json().code], [409, 'session_ended']);
      assert.deepEqual((await own.get(id)).json(), before);
    }
  });

  it('takes any body and reads none', async () => {
    const json = { 'content-type': 'application/json' };
    for (const { payload, headers } of [
      { payload: undefined, headers: {} },
      { payload: undefined, headers: json },
      { payload: '{}', headers: json },
      { payload: '{', headers: json },
      { payload: 'a=b', headers: { 'content-type': 'application/x-www-form-urlencoded' } },
    ]) {
      const url = `/v1/sessions/${await sdk.newSession()}/cancel`;
      const answer = await own.send({ method: 'POST', url, headers, ...(payload === undefined ? {} : { payload }) });
      assert.equal(answer.statusCode, 200, `${payload}: ${answer.body}`);
    }
  });

  it('while the person is at EntityLocker leads them back to a page that says so, without a token request', async () => {
    const id = await sdk.newSession();
    const person = browser(gateway);
    const callback = await walkToCallback(person, id);
    await own.cancel(id);
    gateway.deps.upstreams.test = { ...real, redeem: () => assert.fail('a token request') };
    const page = await person.get(callback);
    assert.equal(page.url, `${gateway.config.baseUrl}/consent/${id}`);
    assert.match(page.body, /This request was cancelled/);
    await assertCancelled(id);
    const other = await flow.newSession();
    const back = await walkByRedirect(person, other);
    await own.cancel(other);
    assert.equal(leadsTo((await person.get(back)).body), `${backUrl}&session_id=${other}&status=failed`);
    assert.equal((await flow.status(other)).headers['x-error-code'], 'session_cancelled');
  });

  it('revokes the tokens upstream, also those that come too late, and goes on trying', async () => {
    const { stores, seal } = gateway.deps;
    const tokens: string[] = [];
    const isLive = async (accessToken: string) =>
      real.entity({ accessToken, accessTokenExpiresAtMs: 0 }).then(
        () => true,
        () => false,
      );
    const authorized = await sdk.newSession();
    gateway.deps.upstreams.test = { ...real, issuedDocuments: down, revoke: down };
    const person = browser(gateway);
    await person.get(await walkToCallback(person, authorized));
    const kept = await stores.secrets.find(authorized);
    const session = await stores.sessions.find(authorized);
    if (!kept || !session) throw new Error('no grant');
    tokens.push(openGrant(seal, session, kept.sealedGrant).accessToken);
    await own.cancel(authorized);

    const late = await sdk.newSession();
    const callback = await walkToCallback(person, late);
    gateway.deps.upstreams.test = {
      ...real,
      revoke: down,
      redeem: async (input) => {
        const grant = await real.redeem(input);
        tokens.push(grant.accessToken);
        await own.cancel(late);
        return grant;
      },
    };
    await person.get(callback);
    await gateway.deps.background.idle();
    assert.deepEqual(await Promise.all(tokens.map(isLive)), [true, true]);

    gateway.deps.upstreams.test = real;
    await revokeDue(gateway.deps, 10);
    assert.deepEqual(await Promise.all(tokens.map(isLive)), [true, true], 'not before the wait is over');
    gateway.clock.nowMs += 10_000;
    await revokeDue(gateway.deps, 10);
    assert.deepEqual(await Promise.all(tokens.map(isLive)), [false, false]);
    for (const id of [authorized, late]) {
      assert.deepEqual(await stores.revocations.ofSession(id), []);
      const { timeline } = (await own.get(id)).json<{ timeline: { action: string }[] }>();
      assert.equal(timeline.at(-1)?.action, 'upstream.revoked');
    }
  });

  it('counts for who sets out at that moment: they are not sent to EntityLocker, and no trip is written down', async () => {
    for (const isFirst of [true, false]) {
      const id = await sdk.newSession();
      const person = browser(gateway);
      let request = await person.get(`/consent/${id}`);
      if (!isFirst) {
        await person.submit(request);
        request = await person.get(`/consent/${id}`);
      }
      gateway.deps.upstreams.test = {
        ...real,
        authorizationStart: async (asked) => {
          assert.equal((await own.cancel(id)).statusCode, 200);
          return real.authorizationStart(asked);
        },
      };
      assert.match((await person.submit(request)).body, /This request was cancelled/);
      gateway.deps.upstreams.test = real;
      const asked = (await gateway.deps.stores.consents.ofSession(id)).map(({ kind }) => kind);
      assert.deepEqual(asked, isFirst ? [] : ['asked']);
      await assertCancelled(id);
    }
  });

  it('counts while the code is being redeemed: what comes of it is forgotten', async () => {
    const id = await sdk.newSession();
    const person = browser(gateway);
    const callback = await walkToCallback(person, id);
    gateway.deps.upstreams.test = {
      ...real,
      redeem: async (input) => {
        const grant = await real.redeem(input);
        assert.equal((await own.cancel(id)).statusCode, 200);
        return grant;
      },
    };
    assert.match((await person.get(callback)).body, /This request was cancelled/);
    await assertCancelled(id);
  });

  it('counts while the documents are being listed: none is kept, and nobody sees a fault', async () => {
    for (const when of ['before', 'after'] as const) {
      const id = await sdk.newSession();
      const person = browser(gateway);
      const callback = await walkToCallback(person, id);
      const cancel = async () => assert.equal((await own.cancel(id)).statusCode, 200);
      gateway.deps.upstreams.test = {
        ...real,
        issuedDocuments: async (grant) => {
          if (when === 'before') await cancel();
          const issued = await real.issuedDocuments(grant);
          if (when === 'after') await cancel();
          return issued;
        },
      };
      const page = await person.get(callback);
      assert.equal(page.status, 200);
      assert.match(page.body, /This request was cancelled/);
      await gateway.deps.background.idle();
      await assertCancelled(id);
    }
  });

  it('looks again where the person was faster by a step, and gives way where they were faster by all', async () => {
    for (const [steps, status] of [
      ['some', 200],
      ['all', 409],
    ] as const) {
      const id = await sdk.newSession();
      const person = browser(gateway);
      const callback = await walkToCallback(person, id);
      if (steps === 'some') gateway.deps.upstreams.test = { ...real, issuedDocuments: down };
      gateway.deps.stores.sessions.findOwn = async (...args) => {
        const read = await findOwn(...args);
        gateway.deps.stores.sessions.findOwn = findOwn;
        await person.get(callback);
        return read;
      };
      assert.equal((await own.cancel(id)).statusCode, status, steps);
      gateway.deps.upstreams.test = real;
      await gateway.deps.background.idle();
      if (status === 200) await assertCancelled(id);
      else assert.equal((await sdk.session(id)).status, 'succeeded');
    }
  });

  it('and a callback at the same time leave one of two outcomes, whole', async () => {
    const outcomes = new Set<unknown>();
    for (let round = 0; round < 24; round += 1) {
      const id = await sdk.newSession();
      const person = browser(gateway);
      const callback = await walkToCallback(person, id);
      // The cancellation sets out a little later each time.
      const late = async () => {
        for (let turns = 0; turns < round; turns += 1) await new Promise((resolve) => setImmediate(resolve));
        return own.cancel(id);
      };
      const [cancelled, page] = await Promise.all([late(), person.get(callback)]);
      await gateway.deps.background.idle();
      outcomes.add(cancelled.statusCode);
      assert.equal(page.status, 200);
      if (cancelled.statusCode === 200) await assertCancelled(id);
      else {
        assert.equal(cancelled.json().code, 'session_ended');
        assert.equal((await sdk.session(id)).status, 'succeeded');
        assert.equal((await gateway.deps.stores.documents.ofSession(id)).length, 3);
      }
    }
    assert.ok(outcomes.has(200));
  });
});
