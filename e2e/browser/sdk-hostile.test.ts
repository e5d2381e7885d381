import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Page } from 'playwright-core';
import { needs } from '../../scripts/needs.ts';
import { person } from './person.ts';
import { continueButton, frameOf, heard, hears, newSession, openLocker, types } from './sdk-page.ts';
import { openShop, vendorPage } from './shop.ts';
import { openStage, scenesAtOnce } from './stage.ts';
import { canaryScript, ran, xssCorpus } from './xss-corpus.ts';

/** Messages that look like ours, with every nonce that an outsider can think of. */
const forgeries = `[
  { type: 'tijori.state', nonce: '', step: 'end', status: 'succeeded', reason: '', requested: [], consented: [], error: '' },
  { type: 'tijori.state', nonce: 'x', step: 'end', status: 'succeeded', reason: '', requested: [], consented: [], error: '' },
  { type: 'tijori.close', nonce: '' },
  { type: 'tijori.leave', nonce: '', by: 'page' },
  { type: 'tijori.hello', nonce: 'x', page: 'https://evil.example/', place: 'modal', brand: 'Evil', logo: '', mode: '', seed: '', locale: '' },
  { type: 'tijori.bye', nonce: 'x' },
  { type: 'tijori.returned', nonce: 'x', session: 'x', handle: 'x' },
  { type: 'in.co.sandbox.kyc.entitylocker_sdk.session.completed' },
]`;

/** Writes down all that is said to this page. */
const ear =
  '<script>window.caught = []; addEventListener("message", ({ origin, data }) => caught.push([origin, data]));</script>';

test('hostile pages around the SDK, in a real browser', {
  timeout: 1_200_000,
  concurrency: scenesAtOnce,
}, async (t) => {
  const chromium = needs(t, 'chromium');
  if (!chromium) return;
  const stage = await openStage(chromium);
  t.after(() => stage.close());
  const { api_key: apiKey } = stage.server.credentials;
  const vendor = vendorPage(`${stage.baseUrl}/kyc/entitylocker/sdk.js`, apiKey);
  const evil = await openShop({ '/': { html: `<!doctype html><link rel="icon" href="data:,">${ear}` } });
  const shop = await openShop({
    '/vendor': { html: `${vendor}${ear}` },
    // An advertisement in the shop, on a site that is not the shop's.
    '/with-evil': {
      html: `${vendor}<iframe name="evil" src="${evil.origin.replace('localhost', 'evil.localhost')}/"></iframe>`,
    },
  });
  t.after(() => [shop, evil].map((each) => each.close()));
  const caught = (page: Page) => page.evaluate<[string, { type?: string }][]>('window.caught');

  void t.test('a frame of a third site in the page says everything and is believed nothing', () =>
    stage.inRoom(async ({ page }) => {
      const id = await newSession(stage);
      await page.goto(`${shop.origin}/with-evil?session=${id}`);
      await page.locator('#start').click();
      const button = frameOf(page, 1);
      await button.getByRole('button', { name: 'Continue to EntityLocker' }).waitFor();
      const intruder = page.frame({ name: 'evil' });
      await intruder?.evaluate(`for (const message of ${forgeries}) {
        for (const target of [parent, ...Array.from({ length: parent.length }, (_, i) => parent[i])]) target.postMessage(message, '*');
      }`);
      // The frame answers its page, which it would not do if another had taken that place.
      await page.waitForTimeout(2_500);
      assert.deepEqual(await heard(page), []);
      assert.equal(await button.locator('[data-brand]').textContent(), 'MyBrand');
      assert.deepEqual(
        await intruder?.evaluate(`window.caught.filter(([origin]) => origin !== location.origin)`),
        [],
        'and hears nothing',
      );
    }),
  );

  void t.test('the page itself cannot forge the gateway’s voice', () =>
    stage.inRoom(async ({ page }) => {
      await page.goto(`${shop.origin}/vendor?session=${await newSession(stage)}`);
      await page.locator('#start').click();
      await continueButton(page).waitFor();
      await page.evaluate(`for (const message of ${forgeries}) postMessage(message, '*')`);
      const circle = "{ const a = { type: 'tijori.state' }; a.nonce = a; postMessage(a, '*'); }";
      await page.evaluate(circle);
      const locker = await openLocker(page, stage);
      await locker.answer('Allow');
      await hears(page, 'completed');
      assert.deepEqual(await types(page), ['completed']);
      const said = (await caught(page)).filter(([origin]) => origin === stage.baseUrl);
      assert.ok(said.length > 0);
      const text = JSON.stringify(said);
      assert.doesNotMatch(
        text,
        /eyJ|[A-Za-z0-9_-]{43}|ticket/,
        'no token, handle, ticket or code in what the page hears',
      );
    }),
  );

  void t.test('whoever opens our pages from elsewhere hears nothing, whatever comes of it', () =>
    stage.inRoom(async ({ page }) => {
      const id = await newSession(stage);
      await page.goto(`${evil.origin}/`);
      for (const path of ['', '/returned', '/window']) {
        const [popup] = await Promise.all([
          page.waitForEvent('popup'),
          page.evaluate(`void open('${stage.baseUrl}/consent/${id}${path}', 'x${path.slice(1)}')`),
        ]);
        await popup.waitForLoadState();
      }
      const popup = page
        .context()
        .pages()
        .find((each) => each.url().endsWith(id));
      assert.ok(popup);
      await popup.getByRole('button', { name: 'Continue to EntityLocker' }).click();
      await person(popup, stage.baseUrl).signInAtLocker();
      await popup.getByRole('button', { name: 'Allow', exact: true }).click();
      await popup.getByRole('heading', { name: 'Done. Thank you.' }).waitFor();
      assert.deepEqual(await caught(page), []);
    }),
  );

  void t.test('a brand, a logo, colours and labels that are scripts are text, or nothing', () =>
    stage.inRoom(async ({ page, witness }) => {
      await page.addInitScript(canaryScript);
      const id = await newSession(stage);
      await page.goto(`${shop.origin}/vendor?session=${id}`);
      for (const evil of xssCorpus) {
        const options = JSON.stringify({
          baseUrl: stage.baseUrl,
          apiKey,
          brand: { name: evil, logoUrl: evil },
          theme: { mode: 'dark', seed: evil },
          locale: evil,
          labels: { title: evil, close: evil },
        });
        await page.evaluate(`{ window.dressed = createEntityLocker(${options}); void dressed.open('${id}'); }`);
        await frameOf(page).getByText(evil, { exact: true }).waitFor();
        assert.equal(await page.locator('dialog').getAttribute('aria-label'), evil);
        assert.equal(await frameOf(page).locator('.who').textContent(), 'Example Bazaar (fictional)');
        await page.evaluate('dressed.destroy()');
        await page.locator('iframe').waitFor({ state: 'detached' });
      }
      assert.deepEqual(ran(witness.complaints), []);
    }),
  );

  void t.test('a page whose origin is not on the key’s list gets no frame, and is told so', () =>
    stage.inRoom(async ({ page }) => {
      await page.context().grantPermissions(['local-network-access']);
      await page.route('https://shop.example/**', (route) => route.fulfill({ contentType: 'text/html', body: vendor }));
      await page.goto(`https://shop.example/?session=${await newSession(stage)}`);
      await page.locator('#start').click();
      await hears(page, 'failed');
      assert.equal((await heard(page))[0]?.data?.reason, 'frame_unavailable');
      assert.ok(await page.getByRole('alert').isVisible());
      await page.keyboard.press('Escape');
      await hears(page, 'closed');
    }),
  );
});
