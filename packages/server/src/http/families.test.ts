import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { type Endpoint, endpoints } from '@tijori/wire';
import { integrator, walk } from '../testing/api.ts';
import { ownApi, redirectFlow, walkByRedirect } from '../testing/families.ts';
import { startTestGateway, type TestGateway } from '../testing/gateway.ts';
import { browser } from '../testing/person.ts';

/** Every operation on one session that an integrator's server calls. */
const ofSession = (endpoints as readonly Endpoint[]).filter(
  ({ path, credentials }) => path.includes('{session_id}') && credentials === 'key_and_token',
);
const reading = ofSession.filter(({ method }) => method === 'GET');

describe('the families of addresses', () => {
  let gateway: TestGateway;
  let api: ReturnType<typeof integrator>;
  /** A session of each family that has everything to show. */
  const ids: Record<'entitylocker_sdk' | 'entitylocker_api', string> = { entitylocker_sdk: '', entitylocker_api: '' };
  before(async () => {
    gateway = await startTestGateway();
    const key = await gateway.newKey();
    api = integrator(gateway, key);
    ids.entitylocker_sdk = await api.newSession();
    await walk(gateway, ids.entitylocker_sdk);
    ids.entitylocker_api = await redirectFlow(gateway, key).newSession();
    const person = browser(gateway);
    await person.get(await walkByRedirect(person, ids.entitylocker_api));
    await gateway.deps.background.idle();
  });
  after(() => gateway.close());

  const ask = (by: ReturnType<typeof integrator>, { method, path }: Endpoint, id: string) =>
    by.send({
      method,
      url: path.replace('{session_id}', id).replace('{doc_type}', 'gstn_details'),
      ...(method === 'PATCH' ? { payload: { reference: 'x' } } : {}),
    });
  /** What can be seen of an answer, but for what differs from call to call. */
  const seen = async (by: ReturnType<typeof integrator>, endpoint: Endpoint, id: string) => {
    const { statusCode, headers, body } = await ask(by, endpoint, id);
    const text = body.replaceAll(id, '<id>').replace(/"transaction_id":"[^"]*"/, '');
    return { statusCode, headers: { ...headers, date: '', 'content-length': '', 'x-transaction-id': '' }, body: text };
  };

  it('show each their own sessions, and our own API shows both', async () => {
    for (const endpoint of reading) {
      for (const [family, id] of Object.entries(ids)) {
        if (endpoint.family !== 'tijori' && endpoint.family !== family) continue;
        const answer = await ask(api, endpoint, id);
        assert.equal(answer.statusCode, 200, `${endpoint.path} of ${family}: ${answer.body}`);
      }
    }
  });

  it('do not know the sessions of the other: not to be told from an id that never was', async () => {
    const never = gateway.deps.newId();
    const vendors = reading.filter(({ family }) => family !== 'tijori');
    assert.equal(vendors.length, 8);
    for (const endpoint of vendors) {
      const foreign = endpoint.family === 'entitylocker_sdk' ? ids.entitylocker_api : ids.entitylocker_sdk;
      const unknown = await seen(api, endpoint, never);
      assert.equal(unknown.statusCode, 521);
      assert.deepEqual(await seen(api, endpoint, foreign), unknown, endpoint.path);
    }
  });

  it('show nothing to another workspace or mode, and change nothing for it', async () => {
    const never = gateway.deps.newId();
    const own = ownApi(gateway, await gateway.newKey());
    const before = await Promise.all(Object.values(ids).map(async (id) => (await own.get(id)).json()));
    for (const stranger of [await gateway.newKey('live'), await gateway.newKey('test', 'Example Broker (fictional)')]) {
      const theirs = integrator(gateway, stranger);
      for (const endpoint of ofSession) {
        const unknown = await seen(theirs, endpoint, never);
        assert.equal(unknown.statusCode, endpoint.family === 'tijori' ? 404 : 521, endpoint.path);
        for (const id of Object.values(ids)) assert.deepEqual(await seen(theirs, endpoint, id), unknown, endpoint.path);
      }
    }
    assert.deepEqual(await Promise.all(Object.values(ids).map(async (id) => (await own.get(id)).json())), before);
  });
});
