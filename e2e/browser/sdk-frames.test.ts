import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Page } from 'playwright-core';
import { needs } from '../../scripts/needs.ts';
import { newSession } from './sdk-page.ts';
import { openShop } from './shop.ts';
import { openStage, scenesAtOnce } from './stage.ts';

/** Hosts that look like ours or like one that is on the list. */
const strangers = [
  'https://shop.example.evil.example',
  'https://shopxexample.in',
  'https://localhost.evil.example',
  'https://127.0.0.1.evil.example',
  'https://xn--shp-0na.example',
];

test('who may frame the consent page, in a real browser', {
  timeout: 1_200_000,
  concurrency: scenesAtOnce,
}, async (t) => {
  const chromium = needs(t, 'chromium');
  if (!chromium) return;
  const stage = await openStage(chromium);
  t.after(() => stage.close());
  const { baseUrl } = stage;
  const { api_key: apiKey } = stage.server.credentials;
  const shop = await openShop({ '/': { html: '<!doctype html><title>Shop</title><link rel="icon" href="data:,">' } });
  t.after(() => shop.close());

  const put = (page: Page, src: string, more = '') =>
    page.evaluate(`new Promise((done) => {
      const frame = Object.assign(document.createElement('iframe'), { src: ${JSON.stringify(src)}, onload: done, name: 'inner' });
      ${more}
      document.body.append(frame);
    })`);
  const asks = (page: Page, path: string) =>
    page.frameLocator(path).getByRole('button', { name: 'Continue to EntityLocker' }).count();

  void t.test('an allowed page does; a look-alike does not, nor anybody around an allowed page', () =>
    stage.inRoom(async ({ page }) => {
      await page.context().grantPermissions(['local-network-access']);
      const id = await newSession(stage);
      const frame = `${baseUrl}/consent/${id}/frame?key=${apiKey}`;
      await page.goto(`${shop.origin}/`);
      await put(page, frame);
      assert.equal(await asks(page, 'iframe'), 1);
      for (const origin of strangers) {
        await page.route(`${origin}/**`, (route) => route.fulfill({ contentType: 'text/html', body: '<body>' }));
        await page.goto(`${origin}/`);
        await put(page, frame);
        assert.equal(await asks(page, 'iframe'), 0, origin);
      }
      // The shop itself may be framed by anybody, but not with our page in it.
      await put(page, `${shop.origin}/`);
      const inner = page.frames().find((each) => each.url() === `${shop.origin}/`);
      await inner?.evaluate(`new Promise((done) => document.body.append(
        Object.assign(document.createElement('iframe'), { src: ${JSON.stringify(frame)}, onload: done })))`);
      assert.ok(inner);
      assert.equal(await inner.frameLocator('iframe').getByRole('button').count(), 0, 'nested in a stranger’s page');
    }),
  );

  void t.test('no page of ours but the frame can be framed at all, and a key that does not stand frames nothing', () =>
    stage.inRoom(async ({ page }) => {
      const id = await newSession(stage);
      await page.goto(`${shop.origin}/`);
      const key = `key_test_${'0'.repeat(32)}`;
      for (const path of [
        `/consent/${id}`,
        `/consent/${id}/returned`,
        `/consent/${id}/window`,
        `/consent/${id}/frame`,
        `/consent/${id}/frame?key=${key}`,
        '/demo',
        '/docs',
        '/callbacks/kyc/entitylocker/oauth',
      ]) {
        await page.goto(`${shop.origin}/`);
        await put(page, `${baseUrl}${path}`);
        assert.equal(await page.frameLocator('iframe').locator('main').count(), 0, path);
      }
    }),
  );

  void t.test('in a sandbox without an origin the page can be read, and gets no token', () =>
    stage.inRoom(async ({ page }) => {
      const id = await newSession(stage);
      await page.goto(`${shop.origin}/`);
      const refused = page
        .waitForResponse((response) => response.url().endsWith('/init'), { timeout: 5_000 })
        .then(
          (response) => response.status(),
          () => 0,
        );
      await put(page, `${baseUrl}/consent/${id}/frame?key=${apiKey}`, "frame.sandbox = 'allow-scripts allow-forms';");
      assert.ok([0, 403].includes(await refused));
      assert.equal(await stage.api.status(id), 'created');
    }),
  );

  void t.test('the button wants a real press: what a script of the page pretends goes nowhere', () =>
    stage.inRoom(async ({ page }) => {
      const id = await newSession(stage);
      await page.goto(`${shop.origin}/`);
      await put(page, `${baseUrl}/consent/${id}/frame?key=${apiKey}`);
      const reached = await page.evaluate(`(() => {
        try { frames[0].document.querySelector('form').submit(); return 'reached'; } catch (error) { return error.name; }
      })()`);
      assert.equal(reached, 'SecurityError');
      // A form of the page's own that posts to the step is another site's.
      const answer = page.waitForResponse((response) => response.url().endsWith('/continue'));
      await page.evaluate(`{
        const form = Object.assign(document.createElement('form'), { method: 'post', action: '${baseUrl}/consent/${id}/continue' });
        document.body.append(form); form.submit(); }`);
      assert.equal((await answer).status(), 403);
      assert.equal(page.context().pages().length, 1);
    }),
  );
});
