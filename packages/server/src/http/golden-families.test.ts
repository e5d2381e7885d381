import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { type ErrorCode, errorCatalogue } from '@tijori/wire';
import type { InjectOptions } from 'fastify';
import { AppError } from '../domain/app-error.ts';
import { integrator, walk } from '../testing/api.ts';
import { initBody, initPath, redirectFlow, walkByRedirect } from '../testing/families.ts';
import { startTestGateway, type TestGateway } from '../testing/gateway.ts';
import { goldenFolder } from '../testing/golden.ts';
import { browser } from '../testing/person.ts';
import type { NewKey } from '../usecases/keys/create.ts';

describe('golden transcripts of the redirect flow, and of entity and person', () => {
  const golden = goldenFolder(join(import.meta.dirname, 'golden-families'));
  let gateway: TestGateway;
  let key: NewKey & { token: string };
  let api: ReturnType<typeof redirectFlow>;
  let startMs: number;
  before(async () => {
    gateway = await startTestGateway();
    startMs = gateway.clock.nowMs;
    key = await gateway.newKey();
    api = redirectFlow(gateway, key);
  });
  after(() => gateway.close());

  const call = (method: 'GET' | 'POST', url: string, more: InjectOptions = {}): InjectOptions => ({
    method,
    url,
    ...more,
    headers: { ...gateway.headers(key), ...more.headers },
  });
  const record = (name: string, options: InjectOptions) => golden.record(name, options, gateway);
  const init = (change: Record<string, unknown> = {}) => call('POST', initPath, { payload: initBody(change) });
  const of = (id: string, rest: string) => call('GET', `/kyc/entitylocker/sessions/${id}/${rest}`);
  const ofSdk = (id: string, rest: string) => call('GET', `/kyc/entitylocker-sdk/sessions/${id}/${rest}`);
  const finish = async (id: string, choice: Parameters<typeof walkByRedirect>[2] = {}) => {
    const person = browser(gateway);
    await person.get(await walkByRedirect(person, id, choice));
  };
  const withUpstream = async (change: object, run: () => Promise<void>) => {
    const { test } = gateway.deps.upstreams;
    if (!test) throw new Error('no upstream');
    gateway.deps.upstreams.test = { ...test, ...change };
    await run();
    await gateway.deps.background.idle();
    gateway.deps.upstreams.test = test;
  };
  const failing = (code: ErrorCode) => () => Promise.reject(new AppError(code, { detail: 'by a test' }));

  it('init', async () => {
    await record('init.200', init());
    await record('init.200-all-fields', init({ flow: 'signup', consent_expiry: startMs + 7_200_000, options: {} }));
    await record('init.400-plain-http', init({ redirect_url: 'http://lender.example/' }));
    await record('init.400-seconds', init({ consent_expiry: 1_763_900_000 }));
    await record('init.400-no-redirect', init({ redirect_url: undefined }));
    await record('init.403', call('POST', initPath, { headers: { authorization: 'none' } }));
    await record('init.405', call('GET', initPath));
  });

  it('status in each of the four states', async () => {
    const created = await api.newSession();
    await record('status.200-created', of(created, 'status'));
    const underway = await api.newSession();
    await browser(gateway).get(`/consent/${underway}/authorize`);
    await record('status.200-created-underway', of(underway, 'status'));
    const succeeded = await api.newSession();
    await finish(succeeded, { share: ['CPMTD', 'GSTND'] });
    await record('status.200-succeeded', of(succeeded, 'status'));
    const failed = await api.newSession();
    await finish(failed, { decision: 'Deny' });
    await record('status.200-failed', of(failed, 'status'));
    const short = await api.newSession({ consent_expiry: startMs + 3_600_000 });
    gateway.clock.nowMs = startMs + 3_600_000;
    await record('status.200-expired', of(short, 'status'));
    gateway.clock.nowMs = startMs;
    await record('status.521', of(gateway.deps.newId(), 'status'));
    const ofTheSdk = await integrator(gateway, key).newSession();
    await record('status.521-other-family', of(ofTheSdk, 'status'));
  });

  it('the address for the browser', async () => {
    const id = await api.newSession();
    const headers = { host: '127.0.0.1:8080' };
    await finish(id);
    await record('authorize.302-ended', { method: 'GET', url: `/consent/${id}/authorize`, headers });
    await record('authorize.405', { method: 'HEAD', url: `/consent/${id}/authorize`, headers });
  });

  it('documents', async () => {
    const id = await api.newSession();
    await finish(id, { share: ['CPMTD'] });
    await gateway.deps.background.idle();
    await record('document.200', of(id, 'documents/company_master_details'));
    await record('document.400', of(id, 'documents/udhyam_certificate'));
    await record('document.523', of(await api.newSession(), 'documents/gstn_details'));
    await record('document.521', of(gateway.deps.newId(), 'documents/gstn_details'));
  });

  it('entity and person, of both families', async () => {
    const id = await api.newSession();
    await finish(id);
    const sdk = await integrator(gateway, key).newSession();
    await walk(gateway, sdk);
    for (const [name, rest] of [
      ['entity', 'entity'],
      ['profile', 'user/profile'],
    ] as const) {
      await record(`${name}.200`, of(id, rest));
      await record(`${name}.200-sdk`, ofSdk(sdk, rest));
      await record(`${name}.523`, of(await api.newSession(), rest));
      await record(`${name}.521`, of(gateway.deps.newId(), rest));
      gateway.clock.nowMs = startMs + 3_600_000;
      await record(`${name}.521-after-retention`, of(id, rest));
      gateway.clock.nowMs = startMs;
    }
    for (const code of ['upstream_unavailable', 'upstream_refused', 'upstream_timeout'] as const) {
      const later = await api.newSession();
      await withUpstream({ entity: failing(code) }, async () => {
        await finish(later);
        await record(`entity.${errorCatalogue[code].status}-${code}`, of(later, 'entity'));
      });
    }
  });

  it('are all there is', () => {
    golden.assertComplete();
    assert.ok(golden.codes.has('data_not_found'));
  });
});
