import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { AppError } from '../domain/app-error.ts';
import { createBody, createPath, integrator, people, walkFrom, walkToCallback } from '../testing/api.ts';
import { ownApi, redirectFlow, walkByRedirect } from '../testing/families.ts';
import { startTestGateway } from '../testing/gateway.ts';
import { browser } from '../testing/person.ts';
import { sdkPage } from '../testing/sdk-page.ts';

const statusPath = '/kyc/entitylocker-sdk/sessions/none/status';

describe('the log', () => {
  it('has one JSON object a line and nothing that is secret or personal, through a journey and its faults', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'tijori-log-'));
    const file = join(folder, 'gateway.log');
    const gateway = await startTestGateway({ log: { level: 'info', file }, legacyAuthorize: true });
    const canaries: Record<string, string> = {};
    const sent: string[] = [];
    try {
      const key = await gateway.newKey();
      const api = integrator(gateway, key);
      const { test } = gateway.deps.upstreams;
      if (!test) throw new Error('no upstream');
      gateway.deps.upstreams.test = {
        ...test,
        redeem: async (input) => {
          canaries.verifier = input.codeVerifier;
          const grant = await test.redeem(input);
          canaries['upstream token'] = grant.accessToken;
          return grant;
        },
      };
      const credentials = { 'x-api-key': key.apiKey, 'x-api-secret': key.apiSecret };
      await gateway.app.inject({ method: 'POST', url: '/authenticate', headers: credentials });
      const wrong = { ...credentials, 'x-api-secret': key.apiSecret.toUpperCase() };
      await gateway.app.inject({ method: 'POST', url: '/authenticate', headers: wrong });

      /** Every way in for words of the integrator, taken and refused: none may reach the log. */
      const ourOwn = async (caller: typeof key) => {
        const own = ownApi(gateway, caller);
        const words = { reference: 'kingfisher', metadata: { kingfisher: 'kingfisher' } };
        const documents = [{ type: 'gstn_details', purpose: 'kingfisher' }];
        const { id } = await own.newSession({ ...words, documents, return_url: 'https://kingfisher.example/' });
        await own.list('?reference=kingfisher');
        await own.list('?kingfisher=1&cursor=kingfisher');
        await own.list('?cursor=kingfisher');
        await own.update(id, { reference: 'kingfisher\n' });
        await own.update(id, words);
        for (const expected_entity of [{ pan: 'KINGFISHER' }, { kingfisher: 'x' }])
          await own.create({ expected_entity });
        for (const return_url of ['http://kingfisher.example/', 'https://a.example/#kingfisher']) {
          await own.create({ return_url });
        }
        await own.create({ documents: [{ type: 'kingfisher' }], kingfisher: 1 });
        await own.cancel(id);
      };
      const redirected = async (caller: typeof key) => {
        const flow = redirectFlow(gateway, caller);
        const redirect_url = 'https://kingfisher.example/kingfisher?kingfisher';
        const id = await flow.newSession({ redirect_url, kingfisher: 'kingfisher' });
        await flow.init({ redirect_url: 'http://kingfisher.example/' });
        const seconds = await flow.init({ consent_expiry: Math.floor(gateway.clock.nowMs / 1_000) + 7_200 });
        if (seconds.statusCode !== 400) throw new Error('seconds were taken for ms');
        const someone = browser(gateway);
        await someone.get(await walkByRedirect(someone, id));
        await someone.visit('GET', `/consent/${id}/authorize`);
        await flow.entity(id);
        await flow.profile(id);
      };
      const id = await api.newSession();
      const person = browser(gateway);
      const callback = new URL(await walkToCallback(person, id));
      canaries.state = callback.searchParams.get('state') ?? '';
      canaries.code = callback.searchParams.get('code') ?? '';
      canaries.cookie = person.jars.gateway.get('tijori_browser') ?? '';
      await browser(gateway).visit('GET', callback.href);
      await person.get(callback.href);
      await person.get(callback.href);
      const links = await api.links(id, 'company_master_details');
      const [link = ''] = links;
      canaries['link signature'] = link.slice(-43);
      const pdf = (await gateway.app.inject({ method: 'GET', url: link })).rawPayload.toString('latin1');
      canaries.document = pdf.slice(200, 240);
      await gateway.app.inject({ method: 'GET', url: `${link}x` });
      await gateway.app.inject({ method: 'HEAD', url: link });
      await api.document(id, 'aadhaar');
      await api.send({ method: 'POST', url: createPath, payload: createBody({ canary_of_the_body: 'canary-value' }) });
      canaries.body = 'canary';
      await api.send({ method: 'GET', url: '/nowhere/canary-in-the-path?canary=1' });
      await api.send({ method: 'GET', url: '/%zz/canary' });
      await api.status('canary-session');
      await integrator(gateway, { ...key, token: `${key.token}canary` }).status(id);
      const sdkId = await api.newSession();
      const page = sdkPage(gateway, key.apiKey);
      await page.init(sdkId);
      await sdkPage(gateway, key.apiKey).init(sdkId);
      const ticket = await page.address(sdkId);
      const window = browser(gateway);
      await window.get(await walkFrom(window, await window.get(ticket)));
      await browser(gateway).visit('GET', ticket);
      const handle = window.jars.gateway.get('tijori_return') ?? '';
      canaries['token of init'] = page.token.split('.')[2] ?? '';
      await page.authorize(sdkId, handle);
      await page.authorize(sdkId, handle);
      await page.documents(sdkId);
      await page.send({ method: 'GET', url: `/kyc/entitylocker-sdk/sessions/${sdkId}`, headers: { cookie: '' } });
      await api.send({ method: 'GET', url: statusPath, headers: { authorization: page.token } });
      await api.send({ method: 'POST', url: `/authorize?request_token=${key.token}` });
      await api.send({ method: 'POST', url: `/authorize?request_token=${page.token}` });
      Object.assign(canaries, {
        'sdk cookie': [...page.jar.values()][0] ?? '',
        ticket: new URL(ticket).searchParams.get('ticket') ?? '',
        handle,
        'sdk token payload': page.token.split('.')[1] ?? '',
        'sdk token signature': page.token.split('.')[2] ?? '',
      });
      await ourOwn(key);
      await redirected(key);
      // A fault of ours, with a cause whose text an adapter did not write.
      gateway.deps.upstreams.test = { ...test, authorizationStart: () => Promise.reject(new Error('no such thing')) };
      await person.visit('POST', `/consent/${await api.newSession()}/continue`, new URLSearchParams());
      gateway.deps.upstreams.test = { ...test, fetchDocument: () => Promise.reject(new AppError('upstream_timeout')) };
      const other = await api.newSession();
      await person.get(await walkToCallback(person, other));
      await gateway.deps.background.idle();
      await api.document(other, 'gstn_details');
      Object.assign(canaries, {
        'words of the integrator': 'kingfisher',
        'api secret': key.apiSecret.slice(-32),
        'access token': key.token,
        'token payload': key.token.split('.')[1] ?? '',
        'token signature': key.token.split('.')[2] ?? '',
        'client secret': gateway.config.upstreams.test?.clientSecret ?? '',
        mobile: people.asha,
        'mobile of the entity': '5550000011',
        person: 'Namuna',
        entity: 'Neelkamal',
        GSTIN: '27ZZZCZ9999Z1ZJ',
        CIN: 'U99999ZZ2014PTC999901',
      });
      sent.push(id, other);
    } finally {
      await gateway.close();
    }
    const log = await readFile(file, 'utf8');
    await rm(folder, { recursive: true });
    const lines = log.trimEnd().split('\n');
    assert.ok(lines.length > 20, 'the log has hardly a line');
    for (const line of lines) {
      const entry: unknown = JSON.parse(line);
      assert.ok(typeof entry === 'object' && entry !== null && 'level' in entry && 'time' in entry && 'msg' in entry);
    }
    for (const [what, canary] of Object.entries(canaries)) {
      assert.ok(canary.length >= 5, `${what} was not caught by the test`);
      const line = lines.find((each) => each.toLowerCase().includes(canary.toLowerCase()));
      assert.equal(line, undefined, `${what} is in the log`);
    }
    assert.ok(log.includes('/kyc/entitylocker-sdk/sessions/:session_id/status'), 'routes are logged by pattern');
    assert.ok(log.includes('/consent/:session_id/open'), 'also where a ticket stands in the address');
    assert.match(log, /consent_expiry is in seconds/, 'the usual mistake is told to whoever runs the server');
    assert.ok(log.includes('no such thing'), 'a fault of ours is logged with its cause');
  });
});
