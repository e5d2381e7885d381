import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { docTypes } from '@tijori/wire';
import type { Mode } from '../domain/session.ts';
import { integrator, walk } from '../testing/api.ts';
import { startTestGateway, type TestGateway } from '../testing/gateway.ts';

type Answer = Awaited<ReturnType<ReturnType<typeof integrator>['status']>>;

describe('two workspaces', () => {
  let gateway: TestGateway;
  const apis: Record<string, ReturnType<typeof integrator>> = {};
  const ids: Record<string, string[]> = {};
  before(async () => {
    gateway = await startTestGateway();
    const callers: [string, Mode, string][] = [
      ['lender, test', 'test', 'Example Lender (fictional)'],
      ['lender, live', 'live', 'Example Lender (fictional)'],
      ['broker, test', 'test', 'Example Broker (fictional)'],
      ['broker, live', 'live', 'Example Broker (fictional)'],
    ];
    for (const [caller, mode, workspaceName] of callers) {
      const api = integrator(gateway, await gateway.newKey(mode, workspaceName));
      apis[caller] = api;
      const created = await api.newSession();
      const succeeded = await api.newSession({ doc_types: ['company_master_details'] });
      // Live keys have no upstream here: their sessions stay as they were made.
      if (mode === 'test') await walk(gateway, succeeded);
      ids[caller] = [created, succeeded];
    }
  });
  after(() => gateway.close());

  /** Everything that a caller can see of an answer, but for what differs from call to call. */
  const seen = (response: Answer, id: string) => ({
    status: response.statusCode,
    headers: { ...response.headers, date: '', 'content-length': '', 'x-transaction-id': '' },
    body: response.body.replaceAll(id, '<id>').replace(/"transaction_id":"[^"]*"/, ''),
  });

  it('see each their own', async () => {
    for (const [caller, api] of Object.entries(apis)) {
      for (const id of ids[caller] ?? []) assert.equal((await api.status(id)).statusCode, 200, caller);
    }
  });

  it("get for each other's ids, and for the other mode's, the very answer of an id that never was", async () => {
    const never = '7b0c6a1e-52a1-4d0a-9d53-0d1c1f6f9b11';
    for (const [caller, api] of Object.entries(apis)) {
      const statusOfNone = seen(await api.status(never), never);
      assert.equal(statusOfNone.status, 521);
      for (const id of Object.entries(ids).flatMap(([owner, own]) => (owner === caller ? [] : own))) {
        assert.deepEqual(seen(await api.status(id), id), statusOfNone, `${caller}: status of ${id}`);
        for (const { name } of docTypes) {
          const documentOfNone = seen(await api.document(never, name), never);
          assert.deepEqual(seen(await api.document(id, name), id), documentOfNone, `${caller}: ${name} of ${id}`);
        }
      }
    }
  });

  it('have one workspace for the two modes of one name, and still nothing crosses', async () => {
    const [own = ''] = ids['lender, test'] ?? [];
    assert.equal((await apis['lender, test']?.status(own))?.statusCode, 200);
    assert.equal((await apis['lender, live']?.status(own))?.statusCode, 521);
    const second = await gateway.newKey('test', 'Example Lender (fictional)');
    assert.equal((await integrator(gateway, second).status(own)).statusCode, 200, 'a second key of the same workspace');
  });
});
