import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { createSession, getSession, listSessions, updateSession } from '@tijori/wire';
import type { InjectOptions } from 'fastify';
import { AppError } from '../domain/app-error.ts';
import { walk } from '../testing/api.ts';
import { ownApi, ownBody, ownPath } from '../testing/families.ts';
import { startTestGateway, type TestGateway } from '../testing/gateway.ts';
import { goldenFolder } from '../testing/golden.ts';
import type { NewKey } from '../usecases/keys/create.ts';

describe('golden transcripts of our own API', () => {
  const golden = goldenFolder(join(import.meta.dirname, 'golden-v1'));
  let gateway: TestGateway;
  let key: NewKey & { token: string };
  let own: ReturnType<typeof ownApi>;
  before(async () => {
    gateway = await startTestGateway();
    key = await gateway.newKey();
    own = ownApi(gateway, key);
  });
  after(() => gateway.close());

  const call = (method: 'GET' | 'POST' | 'PATCH' | 'DELETE', url: string, more: InjectOptions = {}): InjectOptions => ({
    method,
    url,
    ...more,
    headers: { ...gateway.headers(key), ...more.headers },
  });
  const record = (name: string, options: InjectOptions) => golden.record(name, options, gateway);
  const create = (change: Record<string, unknown> = {}) => call('POST', ownPath, { payload: ownBody(change) });

  it('create', async () => {
    await record('create.201', create());
    await record('create.201-all-fields', call('POST', ownPath, { payload: createSession.example }));
    await record('create.400', create({ documents: [{ type: 'gstn_details', purpose: 'why?' }] }));
    await record('create.400-rule', create({ return_url: 'http://lender.example/' }));
    const headers = { 'content-type': 'application/json' };
    await record('create.400-malformed', call('POST', ownPath, { payload: '{', headers }));
    await record('create.400-unknown-scenario', {
      ...create(),
      headers: { ...gateway.headers(key), 'x-tijori-scenario': 'nonsense' },
    });
    await record('create.403', call('POST', ownPath, { headers: { authorization: 'none' } }));
    const { commit } = gateway.deps.stores;
    gateway.deps.stores.commit = () => Promise.reject(new AppError('storage_full', { detail: 'by a test' }));
    await record('create.507', create());
    gateway.deps.stores.commit = commit;
  });

  it('list', async () => {
    const other = ownApi(gateway, await gateway.newKey('test', 'Example Broker (fictional)'));
    const broker = { ...gateway.headers(await gateway.newKey('test', 'Example Broker (fictional)')) };
    await record('list.200-none', { method: 'GET', url: listSessions.path, headers: broker });
    await other.newSession({ reference: 'LOAN-1' });
    gateway.clock.nowMs += 1;
    await other.newSession({ reference: 'LOAN-2' });
    await record('list.200', { method: 'GET', url: `${listSessions.path}?limit=1&status=created`, headers: broker });
    await record('list.400-query', call('GET', `${listSessions.path}?limit=1000`));
    await record('list.400-cursor', call('GET', `${listSessions.path}?cursor=none`));
    await record('list.405', call('DELETE', listSessions.path));
  });

  it('get, update and cancel', async () => {
    const { id } = await own.newSession({ documents: [{ type: 'company_master_details', purpose: 'A loan' }] });
    await walk(gateway, id);
    await gateway.deps.background.idle();
    const of = (session: string, rest = '') => `${ownPath}/${session}${rest}`;
    await record('get.200', call('GET', of(id)));
    await record('get.404', call('GET', getSession.path.replace('{session_id}', gateway.deps.newId())));
    await record('documents.200', call('GET', of(id, '/documents')));
    await record('documents.404', call('GET', of(gateway.deps.newId(), '/documents')));
    await record('data.200', call('GET', of(id, '/data')));
    await record('data.400', call('GET', of(id, '/data?personal_for=why?')));
    await record('data.404', call('GET', of(gateway.deps.newId(), '/data')));
    await record('update.200', call('PATCH', of(id), { payload: updateSession.example }));
    await record('update.400', call('PATCH', of(id), { payload: { status: 'failed' } }));
    await record('update.404', call('PATCH', of(gateway.deps.newId()), { payload: updateSession.example }));
    await record('cancel.409', call('POST', of(id, '/cancel')));
    await record('consent.200', call('GET', of(id, '/consent')));
    await record('consent-receipt.200', call('GET', of(id, '/consent-receipt')));
    await record('consent-receipt.400', call('GET', of(id, '/consent-receipt?locale=xx')));
    await record('withdraw.200', call('POST', of(id, '/withdraw')));
    await record('consent.200-withdrawn', call('GET', of(id, '/consent')));
    await record('follow-up.409', call('POST', of(id, '/follow-up')));
    await record('redact.200', call('POST', of(id, '/redact')));
    await record('update.409', call('PATCH', of(id), { payload: updateSession.example }));
    const open = await own.newSession();
    await record('follow-up.409-open', call('POST', of(open.id, '/follow-up')));
    await record('redact.409', call('POST', of(open.id, '/redact')));
    await record('redact.404', call('POST', of(gateway.deps.newId(), '/redact')));
    await record('consent.409', call('GET', of(open.id, '/consent')));
    await record('consent-receipt.409', call('GET', of(open.id, '/consent-receipt')));
    await record('withdraw.409', call('POST', of(open.id, '/withdraw')));
    await record('cancel.200', call('POST', of(open.id, '/cancel')));
    await record('follow-up.201', call('POST', of(open.id, '/follow-up')));
    await record('follow-up.404', call('POST', of(gateway.deps.newId(), '/follow-up')));
    await record('cancel.404', call('POST', of(gateway.deps.newId(), '/cancel')));
    await record('consent-receipt.404', call('GET', of(gateway.deps.newId(), '/consent-receipt')));
    await record('consent.404', call('GET', of(gateway.deps.newId(), '/consent')));
    await record('withdraw.404', call('POST', of(gateway.deps.newId(), '/withdraw')));
  });

  it('are all there is', () => {
    golden.assertComplete();
    const asked = ['invalid_cursor', 'invalid_query', 'session_not_found'];
    const standing = ['no_consent', 'nothing_missing', 'session_ended', 'session_open', 'session_redacted'];
    for (const code of [...asked, ...standing]) assert.ok(golden.codes.has(code), code);
  });
});
