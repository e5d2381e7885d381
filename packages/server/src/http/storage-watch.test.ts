import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { AppError } from '../domain/app-error.ts';
import { integrator } from '../testing/api.ts';
import { startTestGateway, type TestGateway } from '../testing/gateway.ts';

describe('a full disk', () => {
  let gateway: TestGateway;
  before(async () => {
    gateway = await startTestGateway();
  });
  after(() => gateway.close());

  it('makes health degraded and not unavailable, until a write finds room again', async () => {
    const api = integrator(gateway, await gateway.newKey());
    const id = await api.newSession();
    const health = async () => (await gateway.app.inject({ method: 'GET', url: '/health/ready' })).json();
    assert.deepEqual(await health(), { status: 'ok' });

    const { stores } = gateway.deps;
    const { commit } = stores;
    stores.commit = async () => {
      throw new AppError('storage_full');
    };
    assert.deepEqual(await health(), { status: 'ok' }, 'nothing was written yet, so nothing is known');
    assert.equal((await api.create()).statusCode, 507);
    const ready = await gateway.app.inject({ method: 'GET', url: '/health/ready' });
    assert.deepEqual([ready.statusCode, ready.json()], [200, { status: 'degraded' }]);
    assert.equal((await api.status(id)).statusCode, 200);

    stores.commit = commit;
    assert.deepEqual(await health(), { status: 'ok' });
    assert.equal((await api.create()).statusCode, 200);
  });
});
