import assert from 'node:assert/strict';
import { test } from 'node:test';
import axe from 'axe-core';
import type { BrowserContextOptions, Page } from 'playwright-core';
import { needs } from '../../scripts/needs.ts';
import { lossesAtDoubleSize } from './accessibility.ts';
import { allowByKeyboard, keyboard } from './keyboard.ts';
import { person } from './person.ts';
import {
  blockThirdPartyCookies,
  continueButton,
  frameOf,
  heard,
  hears,
  newSession,
  openLocker,
  types,
} from './sdk-page.ts';
import { openShop, ownPage, shopLogo, vendorPage } from './shop.ts';
import { openStage, type Room, scenesAtOnce } from './stage.ts';

const script = '/kyc/entitylocker/sdk.js';

test('the SDK in a real browser: page and gateway on different sites, third-party cookies blocked', {
  timeout: 1_200_000,
  concurrency: scenesAtOnce,
}, async (t) => {
  const chromium = needs(t, 'chromium');
  if (!chromium) return;
  const stage = await openStage(chromium);
  t.after(() => stage.close());
  const { api_key: apiKey } = stage.server.credentials;
  const address = `${stage.baseUrl}${script}`;
  const own = ownPage(address, { apiKey, baseUrl: stage.baseUrl });
  const shop = await openShop({
    '/vendor': { html: vendorPage(address, apiKey) },
    '/logo.png': { html: shopLogo(), headers: { 'content-type': 'image/png' } },
    '/own': { html: own },
    '/isolated': { html: own, headers: { 'cross-origin-opener-policy': 'same-origin' } },
    '/strict': {
      html: own.replaceAll('<script', '<script nonce="n"').replaceAll('<style', '<style nonce="n"'),
      headers: {
        'content-security-policy': `default-src 'none'; img-src data:; script-src 'nonce-n'; style-src 'nonce-n'; frame-src ${stage.baseUrl}`,
      },
    },
  });
  t.after(() => shop.close());

  const inShop = (
    path: string,
    play: (page: Page, id: string, room: Room) => Promise<void>,
    options?: BrowserContextOptions,
  ) =>
    stage.inRoom(async (room) => {
      await blockThirdPartyCookies(room.page);
      const id = await newSession(stage);
      await room.page.goto(`${shop.origin}${path}${path.includes('?') ? '&' : '?'}session=${id}`);
      await play(room.page, id, room);
    }, options);

  void t.test('a page of the vendor’s runs with only the address of the script changed', () =>
    inShop('/vendor', async (page, id, { witness }) => {
      await page.locator('#start').click();
      await frameOf(page).getByText('MyBrand', { exact: true }).waitFor();
      await frameOf(page).locator('[data-logo]:visible').waitFor();
      const locker = await openLocker(page, stage);
      await locker.answer('Allow');
      await hears(page, 'completed');
      await page.locator('iframe').waitFor({ state: 'detached' });
      const [event, ...more] = await heard(page);
      assert.deepEqual(more, [], 'nothing else is heard, not even closed');
      assert.equal(event?.type, 'in.co.sandbox.kyc.entitylocker_sdk.session.completed');
      assert.deepEqual(event?.data, { session_id: id, status: 'succeeded' });
      assert.deepEqual(
        [event?.specversion, event?.datacontenttype, event?.source],
        ['1.0', 'application/json', stage.baseUrl],
      );
      assert.ok(!Number.isNaN(Date.parse(String(event?.time))));
      assert.equal(await stage.api.status(id), 'succeeded');
      assert.deepEqual(witness.complaints, []);
    }),
  );

  void t.test('partial consent is told as such, under a strict policy of the page', () =>
    inShop('/strict', async (page, _id, { witness }) => {
      await page.locator('#open0').click();
      const locker = await openLocker(page, stage);
      await locker.answer('Allow', 'GSTND');
      await hears(page, 'closed');
      assert.deepEqual(await types(page), ['consent_partial', 'completed', 'closed']);
      const partial = (await heard(page)).find(({ type }) => type === 'consent_partial');
      assert.deepEqual([partial?.consented, partial?.missing], [['company_master_details'], ['gstn_details']]);
      assert.deepEqual(await page.evaluate('window.outcomes.map(({ result }) => result)'), ['completed']);
      assert.deepEqual(witness.complaints, []);
    }),
  );

  void t.test('the whole way by keyboard alone: button, frame, window, and back to the button', () =>
    inShop('/own', async (page) => {
      await keyboard(page).tabTo('#open0');
      await keyboard(page).press('Enter');
      await continueButton(page).waitFor();
      const frame = page.frames().find((each) => each.url().includes('/frame'));
      assert.ok(frame);
      const inFrame = keyboard(page, frame);
      await inFrame.tabTo('form[action$="/continue"] button');
      const [popup] = await Promise.all([page.waitForEvent('popup'), inFrame.press('Enter')]);
      const gone = popup.waitForEvent('close');
      // The last key closes the window, at times before the press has been answered.
      await allowByKeyboard(popup, 'GSTND').catch((error: unknown) => {
        if (!popup.isClosed()) throw error;
      });
      await gone;
      await hears(page, 'closed');
      assert.deepEqual(await types(page), ['consent_partial', 'completed', 'closed']);
      assert.equal(await page.evaluate('document.activeElement.id'), 'open0', 'the focus is back');
    }),
  );

  void t.test('denied: the frame says so, and stays until it is closed', () =>
    inShop('/vendor', async (page, id) => {
      await page.locator('#start').click();
      await (await openLocker(page, stage)).answer('Deny');
      await hears(page, 'failed');
      await frameOf(page).getByRole('heading', { name: 'Nothing was shared' }).waitFor();
      await frameOf(page).getByRole('status').getByText('Nothing was shared').waitFor();
      await frameOf(page).getByRole('button', { name: 'Close' }).click();
      await hears(page, 'closed');
      assert.deepEqual(await types(page), ['failed', 'closed']);
      assert.deepEqual((await heard(page))[0]?.data, {
        session_id: id,
        status: 'failed',
        reason: 'consent_denied',
      });
    }),
  );

  for (const where of ['page', 'frame'] as const) {
    void t.test(`Escape in the ${where} closes and says so once; the focus goes back`, () =>
      inShop('/own', async (page) => {
        await page.locator('#open0').click();
        await continueButton(page).waitFor();
        if (where === 'page') await page.getByRole('button', { name: 'Close' }).focus();
        else await continueButton(page).focus();
        // The frame can be read before its script listens; and more than one press is still one end.
        for (let presses = 0; presses < 50 && (await page.locator('iframe').count()) > 0; presses += 1) {
          await page.keyboard.press('Escape');
          await page.keyboard.press('Escape');
          await page.waitForTimeout(100);
        }
        await hears(page, 'closed');
        await page.locator('iframe').waitFor({ state: 'detached' });
        assert.deepEqual(await types(page), ['closed']);
        assert.equal(await page.evaluate('document.activeElement.id'), 'open0');
        assert.deepEqual(await page.evaluate('window.outcomes.map(({ result }) => result)'), ['closed']);
      }),
    );
  }

  void t.test('closing it closes the window of the trip, too; a window closed by hand leaves the request', () =>
    inShop('/own', async (page, id) => {
      await page.locator('#open0').click();
      const first = await openLocker(page, stage);
      await first.popup.close();
      await continueButton(page).waitFor();
      const { popup } = await openLocker(page, stage);
      const gone = popup.waitForEvent('close');
      await page.getByRole('button', { name: 'Close' }).click();
      await gone;
      assert.deepEqual(await types(page), ['closed']);
      assert.equal(await stage.api.status(id), 'initialized');
    }),
  );

  void t.test('the page behind is out of reach, by keyboard and by pointer', () =>
    inShop('/own', async (page) => {
      await page.locator('#open0').click();
      await continueButton(page).waitFor();
      for (let tabs = 0; tabs < 12; tabs += 1) {
        await page.keyboard.press('Tab');
        const behind = await page.evaluate("['A', 'BUTTON'].includes(document.activeElement.tagName)");
        assert.equal(behind, false, `after ${tabs + 1} tabs`);
      }
      const isReached = () =>
        page.locator('#open0').evaluate((button) => {
          const { left, top } = (
            button as unknown as { getBoundingClientRect(): { left: number; top: number } }
          ).getBoundingClientRect();
          const { ownerDocument } = button as unknown as {
            ownerDocument: { elementFromPoint(x: number, y: number): unknown };
          };
          return ownerDocument.elementFromPoint(left + 5, top + 5) === button;
        });
      assert.equal(await isReached(), false);
      await page.keyboard.press('Escape');
      await hears(page, 'closed');
      assert.equal(await isReached(), true, 'and it is there again afterwards');
    }),
  );

  void t.test('a window that cannot be opened: the same tab goes, and comes back to where it was', () =>
    inShop('/own?place=modal', async (page, id) => {
      await page.locator('#open0').click();
      const button = continueButton(page);
      await button.waitFor();
      const frame = page.frames().find((each) => each.url().includes('/frame'));
      await frame?.evaluate('window.open = () => null');
      const before = page.url();
      await button.click();
      await person(page, stage.baseUrl).signInAtLocker();
      await page.getByRole('button', { name: 'Allow', exact: true }).click();
      await page.waitForURL(before);
      await hears(page, 'closed');
      assert.deepEqual(await types(page), ['consent_granted', 'completed', 'closed']);
      assert.equal(await stage.api.status(id), 'succeeded');
    }),
  );

  void t.test('a page with a policy of its own (COOP) loses no window and no person', () =>
    inShop('/isolated', async (page, id) => {
      await page.locator('#open0').click();
      await continueButton(page).click();
      await person(page, stage.baseUrl).signInAtLocker();
      await page.getByRole('button', { name: 'Allow', exact: true }).click();
      await page.waitForURL(`${shop.origin}/**`);
      await hears(page, 'completed');
      assert.equal(await stage.api.status(id), 'succeeded');
      assert.equal(page.context().pages().length, 1, 'the stray window closed itself');
    }),
  );

  void t.test('redirect: the whole way in one tab', () =>
    inShop('/own?place=redirect', async (page) => {
      const before = page.url();
      await page.locator('#open0').click();
      await page.waitForURL(`${stage.baseUrl}/consent/**`);
      await page.getByRole('button', { name: 'Continue to EntityLocker' }).click();
      await person(page, stage.baseUrl).signInAtLocker();
      await page.getByRole('button', { name: 'Deny', exact: true }).click();
      await page.waitForURL(before);
    }),
  );

  void t.test('a phone goes in the same tab', () =>
    inShop(
      '/vendor',
      async (page) => {
        await page.locator('#start').tap();
        await continueButton(page).tap();
        await person(page, stage.baseUrl).signInAtLocker();
        await page.getByRole('button', { name: 'Allow', exact: true }).tap();
        await page.waitForURL(`${shop.origin}/**`);
        await hears(page, 'completed');
        assert.deepEqual(await types(page), ['completed']);
      },
      { viewport: { width: 360, height: 740 }, isMobile: true, hasTouch: true },
    ),
  );

  void t.test('a reload in the middle loses nothing', () =>
    inShop('/vendor', async (page) => {
      await page.locator('#start').click();
      const [popup] = await Promise.all([page.waitForEvent('popup'), continueButton(page).click()]);
      await person(popup, stage.baseUrl).signInAtLocker();
      await page.reload();
      await page.locator('#start').click();
      await continueButton(page).waitFor();
      await popup.getByRole('button', { name: 'Allow', exact: true }).click();
      await popup.getByRole('heading', { name: 'Done. Thank you.' }).waitFor();
      await hears(page, 'completed');
    }),
  );

  void t.test('a window that has lost its opener: the end is heard all the same', () =>
    inShop('/own', async (page) => {
      await page.locator('#open0').click();
      const [popup] = await Promise.all([page.waitForEvent('popup'), continueButton(page).click()]);
      await popup.addInitScript('window.opener = null');
      await person(popup, stage.baseUrl).signInAtLocker();
      await popup.getByRole('button', { name: 'Allow', exact: true }).click();
      await hears(page, 'completed');
    }),
  );

  void t.test('dialog and frame are accessible, light and dark, and at twice the size', () =>
    inShop('/vendor', async (page) => {
      for (const mode of ['light', 'dark']) {
        await page.goto(page.url().replace(/&mode=.*|$/, `&mode=${mode}`));
        await page.locator('#start').click();
        await continueButton(page).waitFor();
        // Colours are judged once they have stopped moving.
        await page.waitForTimeout(400);
        for (const frame of page.frames()) {
          await frame.evaluate(axe.source);
          const violations = await frame.evaluate<{ id: string; nodes: { html: string }[] }[]>(
            "axe.run(document, { iframes: false, resultTypes: ['violations'] }).then((result) => result.violations)",
          );
          const found = violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`);
          assert.deepEqual(found, [], `${mode}, ${frame.url()}`);
        }
      }
      assert.deepEqual(await lossesAtDoubleSize(page), []);
      const motion = () =>
        page.evaluate<string>(
          "getComputedStyle([...document.querySelectorAll('div')].find((each) => each.shadowRoot).shadowRoot.querySelector('dialog')).animationName",
        );
      assert.equal(await motion(), 'rise');
      await page.emulateMedia({ reducedMotion: 'reduce' });
      assert.equal(await motion(), 'none', 'nothing moves for a person who wants it so');
    }),
  );

  void t.test('two handles in one page do not disturb each other', async () =>
    inShop(`/own?place=container&session=${await newSession(stage)}`, async (page, id) => {
      await page.locator('#open0').click();
      await page.locator('#open1').click();
      await continueButton(page, 0).waitFor();
      const second = await openLocker(page, stage, 1);
      const first = await openLocker(page, stage, 0);
      await first.answer('Deny');
      await second.answer('Allow');
      await hears(page, 'completed');
      await hears(page, 'consent_denied');
      const ends = (await heard(page)).filter(({ type }) => ['completed', 'consent_denied'].includes(type));
      assert.deepEqual(
        ends.map(({ type, sessionId }) => [type, sessionId === id]),
        [
          ['consent_denied', false],
          ['completed', true],
        ],
      );
    }),
  );
});
