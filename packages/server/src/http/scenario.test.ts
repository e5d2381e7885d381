import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { createPath, integrator } from '../testing/api.ts';
import { startTestGateway, type TestGateway } from '../testing/gateway.ts';
import { browser } from '../testing/person.ts';
import { scenarioHeader } from './scenario-header.ts';

const body = {
  '@entity': 'in.co.sandbox.kyc.entitylocker.sdk.session.request',
  flow: 'signin',
  doc_types: ['gstn_details'],
};

describe('a scenario asked for at create', () => {
  let gateway: TestGateway;
  before(async () => {
    gateway = await startTestGateway();
  });
  after(() => gateway.close());

  const create = async (scenario: string, mode: 'test' | 'live' = 'test') => {
    const key = await gateway.newKey(mode);
    const headers = { ...gateway.headers(key), [scenarioHeader]: scenario };
    const answer = await gateway.app.inject({ method: 'POST', url: createPath, headers, payload: body });
    return { key, answer };
  };

  it('is echoed by the status call and reaches the simulator', async () => {
    const { key, answer } = await create('deny');
    assert.equal(answer.statusCode, 200, answer.body);
    const id = String(answer.json().data.id);
    const status = await gateway.app.inject({
      method: 'GET',
      url: `/kyc/entitylocker-sdk/sessions/${id}/status`,
      headers: gateway.headers(key),
    });
    assert.equal(status.headers[scenarioHeader], 'deny');
    const person = browser(gateway);
    const page = await person.get(`/consent/${id}`);
    const step = await person.visit('POST', new URL(`/consent/${id}/continue`, page.url).href, new URLSearchParams());
    assert.equal(new URL(step.location ?? '').searchParams.get('x_simulator_scenario'), 'deny');
  });

  it('is not in the status answer of a session without one', async () => {
    const api = integrator(gateway, await gateway.newKey());
    const id = await api.newSession();
    const status = await api.status(id);
    assert.equal(status.statusCode, 200);
    assert.equal(status.headers[scenarioHeader], undefined);
  });

  it('is refused when unknown, with the valid names, and makes no session', async () => {
    const before = (await gateway.deps.stores.sessions.overdue(Number.MAX_SAFE_INTEGER, 1_000)).length;
    const { answer } = await create('nonsense');
    assert.equal(answer.statusCode, 400);
    assert.equal(answer.headers['x-error-code'], 'unknown_scenario');
    assert.match(answer.json().message, /Valid ones: .*\bdeny\b.*\btampered\b/);
    const after = (await gateway.deps.stores.sessions.overdue(Number.MAX_SAFE_INTEGER, 1_000)).length;
    assert.equal(after, before);
  });

  it('is 404 for a live key, for which there are no levers', async () => {
    const { answer } = await create('deny', 'live');
    assert.deepEqual([answer.statusCode, answer.headers['x-error-code']], [404, 'route_not_found']);
  });
});
