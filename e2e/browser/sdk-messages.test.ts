import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Page } from 'playwright-core';
import { needs } from '../../scripts/needs.ts';
import { blockThirdPartyCookies, continueButton, heard, hears, newSession, openLocker, types } from './sdk-page.ts';
import { openShop, ownPage, vendorPage } from './shop.ts';
import { openStage, type Room, scenesAtOnce } from './stage.ts';

/** Runs in a page: `count` messages made of ours with something wrong, and of things that are no messages at all. */
const fuzz = (nonce: string, count: number) => `
const nonce = ${JSON.stringify(nonce)};
let seed = 20260101;
const random = (n) => (seed = (seed * 1103515245 + 12345) % 2147483648) % n;
const pick = (list) => list[random(list.length)];
const junk = () => {
  const circle = { type: 'tijori.state', nonce };
  circle.requested = circle;
  const odd = [null, undefined, 0, NaN, 10n, '', 'tijori.close', [], [[]], circle, new Date(0), /x/, new Map([['type', 'tijori.close']]),
    new Uint8Array(8), new Error('x'), { toString: 'x' }, 'x'.repeat(random(9000)), { type: { type: 'tijori.close' } }];
  return pick(odd);
};
const whole = () => pick([
  { type: 'tijori.state', nonce, step: 'end', status: 'succeeded', reason: '', requested: [], consented: ['gstn_details'], error: '' },
  { type: 'tijori.close', nonce }, { type: 'tijori.leave', nonce, by: pick(['page', 'frame']) },
  { type: 'tijori.hello', nonce, page: 'https://evil.example/', place: 'modal', brand: 'Evil', logo: '', mode: '', seed: '', locale: '' },
  { type: 'tijori.go', nonce }, { type: 'tijori.bye', nonce }, { type: 'tijori.returned', nonce, session: 's', handle: 'h' },
]);
const broken = () => {
  const message = whole();
  const field = pick(Object.keys(message));
  const other = junk();
  if (random(2) || typeof other === typeof message[field]) delete message[field];
  else message[field] = other;
  return message;
};
const wrongNonce = () => ({ ...whole(), nonce: pick(['', ' ' + nonce, nonce.slice(1), nonce.toUpperCase() + '.', 'null']) });
const made = Array.from({ length: ${count} }, () => pick([junk, broken, wrongNonce])());
`;

test('messages of a wrong kind, window or time, in a real browser', {
  timeout: 1_200_000,
  concurrency: scenesAtOnce,
}, async (t) => {
  const chromium = needs(t, 'chromium');
  if (!chromium) return;
  const stage = await openStage(chromium);
  t.after(() => stage.close());
  const { api_key: apiKey } = stage.server.credentials;
  const address = `${stage.baseUrl}/kyc/entitylocker/sdk.js`;
  const ear =
    '<script>window.caught = []; addEventListener("message", ({ origin, data }) => caught.push([origin, data]));</script>';
  const evil = await openShop({ '/': { html: `<!doctype html><link rel="icon" href="data:,"><h1>Evil</h1>${ear}` } });
  const own = ownPage(address, { apiKey, baseUrl: stage.baseUrl });
  const shop = await openShop({
    '/own': { html: own },
    '/vendor': { html: vendorPage(address, apiKey) },
    '/crowded': {
      html: `${own}<iframe name="evil" src="${evil.origin.replace('localhost', 'evil.localhost')}/"></iframe>`,
    },
  });
  t.after(() => [shop, evil].map((each) => each.close()));
  const inShop = (path: string, play: (page: Page, room: Room) => Promise<void>) =>
    stage.inRoom(async (room) => {
      await blockThirdPartyCookies(room.page);
      await room.page.addInitScript(`window.nonces = new Map();
        addEventListener('message', ({ data, source }) => data?.type === 'tijori.state' && nonces.set(source, data.nonce))`);
      const ids = [await newSession(stage), await newSession(stage)];
      await room.page.goto(`${shop.origin}${path}?session=${ids.join('&session=')}`);
      await play(room.page, room);
    });
  const frames = (page: Page) => page.frames().filter((each) => each.url().includes('/frame'));
  /** The nonce that page and frame share, as nobody but these two hears it: the frame has said how it stands. */
  const nonceOf = (page: Page, frame = '[...nonces.keys()][0]') =>
    page.evaluate<string>(
      `new Promise((take) => {
        const look = () => (nonces.has(${frame}) ? take(nonces.get(${frame})) : setTimeout(look, 50));
        look();
      })`,
    );

  void t.test('ten thousand made-up messages, from the right window too: none acts, none throws', () =>
    inShop('/crowded', async (page, { witness }) => {
      await page.locator('#open0').click();
      await continueButton(page, 1).waitFor();
      const [frame] = frames(page);
      const nonce = await nonceOf(page);
      assert.match(nonce, /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
      const intruder = page.frame({ name: 'evil' });
      const each = 2_500;
      // To the page from its own frame; to the page from a stranger who even knows the nonce; to the frame from its page.
      await frame?.evaluate(`{${fuzz(nonce, each)} for (const one of made) parent.postMessage(one, '*'); }`);
      await intruder?.evaluate(`{${fuzz(nonce, each)}
        for (const one of [...made, ...Array.from({ length: 50 }, whole)]) { parent.postMessage(one, '*'); } }`);
      // Out of `frames`, since it stands in a shadow root: strangers do not even find it.
      assert.equal(await page.evaluate('frames.length'), 1);
      assert.equal(await intruder?.evaluate('parent.length'), 1);
      const ownFrame =
        "[...document.querySelectorAll('div')].find((each) => each.shadowRoot).shadowRoot.querySelector('iframe').contentWindow";
      const without = 'made.filter((one) => one?.type !== "tijori.hello")';
      await page.evaluate(`{${fuzz(nonce, each)} for (const one of ${without}) ${ownFrame}.postMessage(one, '*'); }`);
      await page.evaluate(`{${fuzz(nonce, each)} for (const one of made) postMessage(one, '*'); }`);
      await page.waitForTimeout(1_500);
      assert.deepEqual(await types(page), [], 'nothing came of it');
      const locker = await openLocker(page, stage, 1);
      await locker.answer('Allow');
      await hears(page, 'completed');
      const notes = witness.complaints.filter((text) => !text.includes('evil.localhost'));
      assert.deepEqual(notes, []);
    }),
  );

  void t.test('the right origin and the right nonce from another window of the gateway do nothing', () =>
    inShop('/own?place=container&', async (page) => {
      await page.goto(page.url().replace('?session', 'session'));
      await page.locator('#open0').click();
      await page.locator('#open1').click();
      await continueButton(page, 1).waitFor();
      const [, second] = frames(page);
      const nonce = await nonceOf(page, 'frames[0]');
      const end = {
        type: 'tijori.state',
        step: 'end',
        status: 'succeeded',
        reason: '',
        requested: [],
        consented: [],
        error: '',
      };
      for (const message of [
        { ...end, nonce },
        { type: 'tijori.close', nonce },
        { type: 'tijori.leave', nonce, by: 'page' },
      ]) {
        await second?.evaluate(`parent.postMessage(${JSON.stringify(message)}, '*')`);
      }
      await page.waitForTimeout(500);
      assert.deepEqual(await types(page), []);
    }),
  );

  void t.test('what was said before is not believed again, nor anything after the end', () =>
    inShop('/own', async (page) => {
      await page.evaluate(
        'window.told = []; addEventListener("message", ({ data, source }) => { told.push(data); window.frameWindow = source; })',
      );
      await page.locator('#open0').click();
      await (await openLocker(page, stage)).answer('Deny');
      await hears(page, 'consent_denied');
      const before = (await heard(page)).length;
      await page.evaluate(
        'for (const one of [...told]) dispatchEvent(new MessageEvent("message", { data: one, source: frameWindow, origin: "' +
          stage.baseUrl +
          '" }))',
      );
      assert.equal((await heard(page)).length, before, 'an end is told once');
      await page.getByRole('button', { name: 'Close' }).first().click();
      await hears(page, 'closed');
      await page.evaluate(
        'for (const one of [...told]) dispatchEvent(new MessageEvent("message", { data: { ...one, type: "tijori.close" }, source: frameWindow, origin: "' +
          stage.baseUrl +
          '" }))',
      );
      assert.deepEqual(await types(page), ['consent_denied', 'closed']);
    }),
  );

  void t.test('messages that are lost are healed by asking: the end is heard', () =>
    stage.inRoom(async ({ page }) => {
      await blockThirdPartyCookies(page);
      // Before the SDK's own: what is lost, nobody hears.
      await page.addInitScript(`addEventListener('message', (event) => {
        if (!(window.toLose > 0) || !(event.data?.step === 'end' || event.data?.type === 'tijori.returned')) return;
        window.toLose -= 1;
        event.stopImmediatePropagation();
      })`);
      await page.goto(`${shop.origin}/own?session=${await newSession(stage)}`);
      await page.locator('#open0').click();
      const { popup } = await openLocker(page, stage);
      // The end when it comes, and the answer of the frame that was loaded anew for it.
      await page.evaluate('window.toLose = 2');
      for (const frame of frames(page)) await frame.evaluate('window.toLose = 1');
      // The frame hears nothing of the window, asks, and closes it.
      const gone = popup.waitForEvent('close');
      await popup.getByRole('button', { name: 'Allow', exact: true }).click();
      await gone;
      await hears(page, 'completed');
      assert.equal(await page.evaluate('window.toLose'), 0, 'both were lost');
    }),
  );

  void t.test('a window that is back and that nobody closes goes by itself', () =>
    inShop('/own', async (page) => {
      await page.locator('#open0').click();
      await continueButton(page).waitFor();
      const [frame] = frames(page);
      // No trip of the frame's: it does not listen, as after an order to close that the browser has lost.
      const [popup] = await Promise.all([
        page.waitForEvent('popup'),
        frame?.evaluate("void window.open(location.pathname.replace('/frame', '/returned'), 'n')"),
      ]);
      if (!popup.isClosed()) await popup.waitForEvent('close');
      assert.deepEqual(await types(page), []);
    }),
  );

  void t.test('whoever opened the shop, and whoever stands around it, hears nothing of a whole journey', () =>
    stage.inRoom(async ({ page }) => {
      await page.goto(`${evil.origin}/`);
      const [opened] = await Promise.all([
        page.waitForEvent('popup'),
        page.evaluate(`void (window.victim = open('${shop.origin}/vendor?session=${await newSession(stage)}'))`),
      ]);
      await opened.locator('#start').click();
      await continueButton(opened).waitFor();
      await page.evaluate(`{${fuzz('x', 500)} for (const one of [...made, ...Array.from({ length: 50 }, whole)]) {
        victim.postMessage(one, '*'); } }`);
      assert.equal(await page.evaluate('victim.length'), 0, 'the frame is out of its reach');
      const locker = await openLocker(opened, stage);
      await locker.answer('Allow');
      await hears(opened, 'completed');
      assert.deepEqual(await types(opened), ['completed']);
      assert.deepEqual(await page.evaluate('caught'), []);
    }),
  );
});
