import assert from 'node:assert/strict';
import { after, afterEach, before, describe, it } from 'node:test';
import type { V1Session } from '@tijori/wire';
import { people, walk } from '../testing/api.ts';
import { leadsTo, ownApi } from '../testing/families.ts';
import { startTestGateway, type TestGateway } from '../testing/gateway.ts';

const returnUrl = 'https://lender.example/back';

describe('an expected entity', () => {
  let gateway: TestGateway;
  let own: ReturnType<typeof ownApi>;
  before(async () => {
    gateway = await startTestGateway();
    own = ownApi(gateway, await gateway.newKey());
  });
  afterEach(() => gateway.deps.background.idle());
  after(() => gateway.close());

  const asha = {
    cin: 'U99999ZZ2014PTC999901',
    gstin: '27ZZZCZ9999Z1ZJ',
    pan: 'ZZZCZ9999Z',
    udyam: 'UDYAM-ZZ-00-0000001',
  };
  const other = {
    cin: 'U99999ZZ2014PTC999902',
    gstin: '29ZZZFZ0001Z1ZQ',
    pan: 'ZZZFZ0001Z',
    udyam: 'UDYAM-ZZ-00-0000002',
  };

  it('that consents lets the session succeed, by whichever identifier it was named', async () => {
    for (const entry of Object.entries(asha)) {
      const { id } = await own.newSession({ expected_entity: Object.fromEntries([entry]) });
      await walk(gateway, id);
      assert.equal((await own.get(id)).json<V1Session>().status, 'succeeded', entry[0]);
    }
  });

  it('that is another ends the session, and nothing is kept', async () => {
    for (const entry of Object.entries(other)) {
      const { id } = await own.newSession({ expected_entity: Object.fromEntries([entry]), return_url: returnUrl });
      const last = await walk(gateway, id);
      assert.equal(leadsTo(last.body), `${returnUrl}?session_id=${id}&status=failed`);
      const session = (await own.get(id)).json<V1Session>();
      assert.deepEqual([session.status, session.status_reason], ['failed', 'entity_mismatch'], entry[0]);
      assert.ok(session.documents.every(({ consented }) => !consented));
      assert.deepEqual(await gateway.deps.stores.documents.ofSession(id), []);
      assert.equal(await gateway.deps.stores.secrets.find(id), undefined);
      const page = await gateway.app.inject({ url: `/consent/${id}`, headers: { host: '127.0.0.1:8080' } });
      assert.match(page.body, /those of another business/);
      for (const value of [entry[1], ...Object.values(asha)]) assert.ok(!page.body.includes(value));
    }
  });

  it('is not contradicted by documents that do not name it that way', async () => {
    const { id } = await own.newSession({ expected_entity: { pan: other.pan } });
    await walk(gateway, id, { share: ['CPMTD', 'UDCER'] });
    assert.equal((await own.get(id)).json<V1Session>().status, 'succeeded');
  });

  it('may have registrations in other states', async () => {
    const { documents } = gateway.deps.stores;
    const first = await own.newSession({ documents: [{ type: 'gstn_details' }] });
    await walk(gateway, first.id, { mobile: people.ravi });
    const [gstin, ...others] = (await documents.ofSession(first.id)).map(({ uri }) => uri.split('-')[2] ?? '');
    assert.ok(others.length > 0);
    const second = await own.newSession({ documents: [{ type: 'gstn_details' }], expected_entity: { gstin } });
    await walk(gateway, second.id, { mobile: people.ravi });
    assert.equal((await own.get(second.id)).json<V1Session>().status, 'succeeded');
  });

  it('finds the registration of somebody else among the right ones', async () => {
    const headers = { 'x-tijori-scenario': 'pan_mismatch' };
    const payload = { flow: 'signin', documents: [{ type: 'gstn_details' }], expected_entity: { pan: asha.pan } };
    const { id } = (await own.send({ method: 'POST', url: '/v1/sessions', headers, payload })).json<V1Session>();
    await walk(gateway, id);
    assert.equal((await own.get(id)).json<V1Session>().status_reason, 'entity_mismatch');
  });
});
