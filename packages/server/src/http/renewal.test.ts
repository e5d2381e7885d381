import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { ConsentRecord } from '@tijori/wire';
import { integrator, walk, withoutDownloads } from '../testing/api.ts';
import { startTestGateway, type TestGateway } from '../testing/gateway.ts';
import { json, withLies } from '../upstream/entitylocker/lying-upstream.ts';
import type { Upstream } from '../upstream/upstream.ts';

describe('tokens that are no longer taken', () => {
  let gateway: TestGateway;
  let api: ReturnType<typeof integrator>;
  let real: Upstream;
  before(async () => {
    gateway = await startTestGateway();
    api = integrator(gateway, await gateway.newKey());
    real = gateway.deps.upstreams.test as Upstream;
  });
  after(() => gateway.close());

  /** A succeeded session whose documents are still to be fetched, with an access token that is over. */
  const withDeadToken = async (): Promise<string> => {
    const id = await api.newSession();
    await withoutDownloads(gateway, () => walk(gateway, id));
    gateway.clock.nowMs += 3_601_000;
    await gateway.deps.stores.commit([
      {
        sql: 'update sessions set documents_expire_at_ms = $1 where id = $2',
        params: [gateway.clock.nowMs + 60_000, id],
      },
    ]);
    return id;
  };

  it('are renewed once for many fetches at the same time, and every document comes', async () => {
    const id = await withDeadToken();
    let renewals = 0;
    gateway.deps.upstreams.test = {
      ...real,
      refresh: (grant) => {
        renewals += 1;
        return real.refresh(grant);
      },
    };
    const types = ['company_master_details', 'gstn_details', 'udhyam_certificate'];
    const answers = await Promise.all(types.map((type) => api.document(id, type)));
    assert.deepEqual(
      answers.map(({ statusCode }) => statusCode),
      [200, 200, 200],
    );
    assert.equal(renewals, 1);
    gateway.deps.upstreams.test = real;
  });

  it('are kept sealed: the renewed ones stand in the place of the old', async () => {
    const id = await withDeadToken();
    const before = await gateway.deps.stores.secrets.find(id);
    assert.equal((await api.document(id, 'gstn_details')).statusCode, 200);
    const after = await gateway.deps.stores.secrets.find(id);
    assert.notEqual(after?.sealedGrant, before?.sealedGrant);
    assert.match(after?.sealedGrant ?? '', /^s1~/);
  });

  it('end the consent when they are not renewed: each document says so, and nobody asks upstream again', async () => {
    const id = await withDeadToken();
    gateway.simulator.reset();
    for (const type of ['gstn_details', 'udhyam_certificate']) {
      const answer = await api.document(id, type);
      assert.deepEqual([answer.statusCode, answer.headers['x-error-code']], [400, 'consent_ended']);
      assert.equal(answer.json().message, `Consent for ${type} has ended`);
      gateway.deps.upstreams.test = { ...real, fetchDocument: () => assert.fail('asked again') };
    }
    gateway.deps.upstreams.test = real;
    const states = (await gateway.deps.stores.documents.ofSession(id)).map(({ state }) => state);
    assert.deepEqual(states, ['failed', 'failed', 'failed']);
  });

  it('cost no document and end no consent when it is our client secret that is refused: mended, everything comes', async () => {
    const id = await withDeadToken();
    await withLies(json({ error: 'invalid_client' }, 401), async (wrongSecret) => {
      gateway.deps.upstreams.test = { ...real, refresh: wrongSecret.refresh };
      const answer = await api.document(id, 'gstn_details');
      assert.equal(answer.headers['x-error-code'], 'upstream_refused');
    });
    gateway.deps.upstreams.test = real;
    const states = (await gateway.deps.stores.documents.ofSession(id)).map(({ state }) => state);
    assert.deepEqual(states, ['pending', 'pending', 'pending']);
    const record = await api.send({ method: 'GET', url: `/v1/sessions/${id}/consent` });
    assert.equal(record.json<ConsentRecord>().status, 'given');
    assert.equal((await api.document(id, 'gstn_details')).statusCode, 200);
  });
});
