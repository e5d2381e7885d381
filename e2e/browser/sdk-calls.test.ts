import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { test } from 'node:test';
import type { Page } from 'playwright-core';
import { needs } from '../../scripts/needs.ts';
import { person } from './person.ts';
import { blockThirdPartyCookies } from './sdk-page.ts';
import { openStage, type Room, type Stage, scenesAtOnce } from './stage.ts';

/** An integrator's page, on a site of its own: the gateway is 127.0.0.1, this is localhost. */
async function openShop() {
  const server = createServer((_request, response) => {
    response.setHeader('content-type', 'text/html');
    response.end('<!doctype html><title>Example shop</title><p>Example shop (fictional)</p>');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (typeof address !== 'object' || !address) throw new Error('no port');
  return {
    url: `http://localhost:${address.port}/`,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

interface Called {
  status: number;
  code: string | null;
  data: Record<string, unknown> | undefined;
}

/** One browser call, made by the script of the page. Rejects where the browser itself says no. */
function callFrom(page: Page, stage: Stage, sessionId: string) {
  const { api_key: apiKey } = stage.server.credentials;
  return (method: 'GET' | 'POST', step: string, token = '', body?: object): Promise<Called> =>
    page.evaluate(
      async ({ url, ...call }) => {
        const response = await fetch(url, { ...call, credentials: 'include' });
        const { data } = (await response.json()) as { data?: Record<string, unknown> };
        return { status: response.status, code: response.headers.get('x-error-code'), data };
      },
      {
        url: `${stage.baseUrl}/kyc/entitylocker-sdk/sessions/${sessionId}${step}`,
        method,
        headers: {
          'x-api-key': apiKey,
          ...(token && { authorization: token }),
          ...(body && { 'content-type': 'application/json' }),
        },
        ...(body && { body: JSON.stringify(body) }),
      },
    );
}

async function newSession({ server, baseUrl }: Stage): Promise<string> {
  const post = async (path: string, headers: Record<string, string>, body?: object) => {
    const response = await fetch(`${baseUrl}${path}`, {
      method: 'POST',
      headers: { 'x-api-key': server.credentials.api_key, 'content-type': 'application/json', ...headers },
      ...(body && { body: JSON.stringify(body) }),
    });
    return ((await response.json()) as { data: { access_token: string; id: string } }).data;
  };
  const { access_token: token } = await post('/authenticate', { 'x-api-secret': server.credentials.api_secret });
  const { id } = await post(
    '/kyc/entitylocker-sdk/sessions/create',
    { authorization: token },
    {
      '@entity': 'in.co.sandbox.kyc.entitylocker.sdk.session.request',
      flow: 'signin',
      doc_types: ['company_master_details', 'gstn_details'],
    },
  );
  return id;
}

test('the browser calls in a real browser, from a page of another site', {
  timeout: 1_200_000,
  concurrency: scenesAtOnce,
}, async (t) => {
  const chromium = needs(t, 'chromium');
  if (!chromium) return;
  const stage = await openStage(chromium);
  t.after(() => stage.close());
  const shop = await openShop();
  t.after(() => shop.close());

  /** Third-party cookies blocked, as a person may have set it. */
  const inShop = (play: (room: Room) => Promise<void>) =>
    stage.inRoom(async (room) => {
      await blockThirdPartyCookies(room.page);
      await room.page.goto(shop.url);
      await play(room);
    });

  void t.test('the whole way with third-party cookies blocked; another browser gets nowhere', async () => {
    const id = await newSession(stage);
    await inShop(async ({ page }) => {
      const call = callFrom(page, stage, id);
      const init = await call('POST', '/init');
      assert.equal(init.status, 200);
      const token = String(init.data?.access_token);
      assert.equal((await call('GET', '', token)).data?.status, 'initialized', 'the cookie came back');
      assert.equal((await call('POST', '/init')).status, 200, 'also without the token');

      await inShop(async (stranger) => {
        const strange = callFrom(stranger.page, stage, id);
        assert.equal((await strange('POST', '/init')).code, 'insufficient_privilege');
        assert.equal((await strange('GET', '', token)).code, 'insufficient_privilege');
      });

      const { data } = await call('GET', '/authorization_url', token);
      const [popup] = await Promise.all([
        page.waitForEvent('popup'),
        page.evaluate(`void open(${JSON.stringify(data?.authorization_url)}, 'entitylocker', 'width=480,height=720')`),
      ]);
      await person(popup, stage.baseUrl).signInAtLocker();
      await person(popup, stage.baseUrl).answer('Allow');
      const handle = await popup.locator('[data-request-token]').getAttribute('data-request-token');
      const body = {
        '@entity': 'in.co.sandbox.kyc.entitylocker.sdk.authorization.request',
        request_token: handle,
      };
      const authorized = await call('POST', '/authorize', token, body);
      assert.equal(authorized.status, 200);
      assert.equal((await call('POST', '/authorize', token, body)).code, 'request_token_refused');
      const { data: list } = await call('GET', '/documents', String(authorized.data?.access_token));
      assert.equal(Array.isArray(list?.items) && list.items.length, 2);
      assert.equal((await call('GET', '', token)).data?.status, 'succeeded');
    });
  });

  void t.test('a window in a frame, or one that opens twice, leads nowhere', async () => {
    const id = await newSession(stage);
    await inShop(async ({ page }) => {
      const call = callFrom(page, stage, id);
      const token = String((await call('POST', '/init')).data?.access_token);
      const { data } = await call('GET', '/authorization_url', token);
      const url = String(data?.authorization_url);
      const framed = page.waitForResponse((response) => response.url() === url);
      await page.evaluate(
        `document.body.append(Object.assign(document.createElement('iframe'), { src: ${JSON.stringify(url)} }))`,
      );
      assert.equal((await framed).status(), 403);
      const first = await page.context().newPage();
      await first.goto(url);
      assert.notEqual(new URL(first.url()).origin, stage.baseUrl, 'the ticket was still good');
      const second = await page.context().newPage();
      assert.equal((await second.goto(url))?.status(), 403);
    });
  });

  void t.test('the script of a page cannot reach a server call at all', async () => {
    const id = await newSession(stage);
    await inShop(async ({ page }) => {
      await assert.rejects(callFrom(page, stage, id)('GET', '/status', 'token'), /Failed to fetch/);
    });
  });
});
