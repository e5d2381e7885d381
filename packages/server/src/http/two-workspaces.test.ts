import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { Mode } from '../domain/session.ts';
import { integrator, walk } from '../testing/api.ts';
import { allEndpoints, callTo, isAboutSession, sessionFor } from '../testing/contract-calls.ts';
import { startTestGateway, type TestGateway } from '../testing/gateway.ts';
import { allRows } from '../testing/rows.ts';

type Answer = Awaited<ReturnType<ReturnType<typeof integrator>['status']>>;

/** Acceptance A2: whatever takes the id of a session from a server. */
const aboutSessions = allEndpoints.filter(
  (endpoint) => endpoint.credentials === 'key_and_token' && isAboutSession(endpoint),
);
const never = '7b0c6a1e-52a1-4d0a-9d53-0d1c1f6f9b11';

describe('two workspaces', () => {
  let gateway: TestGateway;
  const apis: Record<string, ReturnType<typeof integrator>> = {};
  /** One that was only made, and one that succeeded. */
  const ids: Record<string, string[]> = {};
  /** These, and one of each kind that an operation is about. */
  const foreign: Record<string, string[]> = {};
  before(async () => {
    gateway = await startTestGateway();
    const callers: [string, Mode, string][] = [
      ['lender, test', 'test', 'Example Lender (fictional)'],
      ['lender, live', 'live', 'Example Lender (fictional)'],
      ['broker, test', 'test', 'Example Broker (fictional)'],
      ['broker, live', 'live', 'Example Broker (fictional)'],
    ];
    for (const [caller, mode, workspaceName] of callers) {
      const key = await gateway.newKey(mode, workspaceName);
      const api = integrator(gateway, key);
      apis[caller] = api;
      const created = await api.newSession();
      const others = await Promise.all(aboutSessions.map((endpoint) => sessionFor(endpoint, gateway, key)));
      const succeeded = await api.newSession({ doc_types: ['company_master_details'] });
      // Live keys have no upstream here: their sessions stay as they were made.
      if (mode === 'test') await walk(gateway, succeeded);
      ids[caller] = [created, succeeded];
      foreign[caller] = [created, succeeded, ...others];
    }
    // What is still fetched in the background would look like something that a call has written.
    await gateway.deps.background.idle();
  });
  after(() => gateway.close());

  /** Everything that a caller can see of an answer, but for what differs from call to call. */
  const seen = (response: Answer, id: string) => ({
    status: response.statusCode,
    headers: { ...response.headers, date: '', 'content-length': '', 'x-transaction-id': '', ratelimit: '' },
    body: response.body.replaceAll(id, '<id>').replace(/"transaction_id":"[^"]*"/, ''),
  });

  it('see each their own', async () => {
    for (const [caller, api] of Object.entries(apis)) {
      for (const id of ids[caller] ?? []) assert.equal((await api.status(id)).statusCode, 200, caller);
    }
  });

  for (const endpoint of aboutSessions) {
    it(`get for each other's ids, and the other mode's, the answer of an id that never was: ${endpoint.method} ${endpoint.path}`, async () => {
      let upstreamCalls = 0;
      const { test } = gateway.deps.upstreams;
      gateway.deps.upstreams.test = counted(test, () => {
        upstreamCalls += 1;
      });
      const before = allRows(gateway);
      try {
        for (const [caller, api] of Object.entries(apis)) {
          const ask = (id: string) => api.send(callTo(endpoint, id, gateway.clock.nowMs));
          const ofNone = seen(await ask(never), never);
          assert.ok(ofNone.status === 521 || ofNone.status === 404, ofNone.body);
          for (const id of Object.entries(foreign).flatMap(([owner, own]) => (owner === caller ? [] : own))) {
            assert.deepEqual(seen(await ask(id), id), ofNone, `${caller}: ${id}`);
          }
        }
      } finally {
        if (test) gateway.deps.upstreams.test = test;
      }
      assert.equal(upstreamCalls, 0);
      assert.deepEqual(allRows(gateway), before, 'something was written');
    });
  }

  it('have one workspace for the two modes of one name, and still nothing crosses', async () => {
    const [own = ''] = ids['lender, test'] ?? [];
    assert.equal((await apis['lender, test']?.status(own))?.statusCode, 200);
    assert.equal((await apis['lender, live']?.status(own))?.statusCode, 521);
    const second = await gateway.newKey('test', 'Example Lender (fictional)');
    assert.equal((await integrator(gateway, second).status(own)).statusCode, 200, 'a second key of the same workspace');
  });
});

/** The connector, with each of its calls told. */
function counted<Connector extends object>(connector: Connector | undefined, tell: () => void): Connector {
  assert.ok(connector);
  return new Proxy(connector, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name);
      if (typeof value !== 'function') return value;
      return (...given: unknown[]) => {
        tell();
        return value.apply(target, given);
      };
    },
  });
}
