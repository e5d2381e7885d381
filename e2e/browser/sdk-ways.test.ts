import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { BrowserContextOptions, FrameLocator, Page } from 'playwright-core';
import { schemesOf } from '../../packages/server/src/pages/theme.ts';
import { labelsIn } from '../../packages/web/src/labels.ts';
import { needs } from '../../scripts/needs.ts';
import { person } from './person.ts';
import {
  blockThirdPartyCookies,
  continueButton,
  frameOf,
  heard,
  hears,
  letExpire,
  newSession,
  openLocker,
  pollsOf,
  types,
} from './sdk-page.ts';
import { openShop, ownPage, vendorPage } from './shop.ts';
import { openStage, type Room, scenesAtOnce } from './stage.ts';

/** Browsers inside other apps, as they name themselves. */
const inApp = {
  'an Android web view':
    'Mozilla/5.0 (Linux; Android 14; Pixel 8; wv) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/126.0 Mobile Safari/537.36',
  Instagram:
    'Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148 Instagram 340.0.0',
  Facebook:
    'Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 Mobile/15E148 [FBAN/FBIOS;FBAV/470.0;FBDV/iPhone15,2]',
};

test('every way through the SDK that is not the straight one, in a real browser', {
  timeout: 1_200_000,
  concurrency: scenesAtOnce,
}, async (t) => {
  const chromium = needs(t, 'chromium');
  if (!chromium) return;
  const stage = await openStage(chromium);
  t.after(() => stage.close());
  const { api_key: apiKey } = stage.server.credentials;
  const { baseUrl } = stage;
  const address = `${baseUrl}/kyc/entitylocker/sdk.js`;
  const own = ownPage(address, { apiKey, baseUrl });
  const withNonce = own.replaceAll('<script', '<script nonce="n"').replaceAll('<style', '<style nonce="n"');
  const shop = await openShop({
    '/own': { html: own },
    '/vendor': { html: vendorPage(address, apiKey) },
    // A browser that opens no window for this page or anything in it, whoever asks.
    '/no-popups': {
      html: own,
      headers: {
        'content-security-policy': 'sandbox allow-scripts allow-same-origin allow-forms allow-top-navigation',
      },
    },
    '/old-browser': {
      html: withNonce.replace('mode, container', 'mode, cspNonce: "n", container'),
      headers: {
        'content-security-policy': `default-src 'none'; img-src data:; script-src 'nonce-n'; style-src 'nonce-n'; frame-src ${baseUrl}`,
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
      await room.page.goto(`${shop.origin}${path}?session=${id}`);
      await play(room.page, id, room);
    }, options);
  /** From the frame's button in the same tab over EntityLocker, and back to where it was. */
  const inThisTab = async (page: Page, id: string) => {
    const before = page.url();
    await continueButton(page).click();
    await person(page, baseUrl).signInAtLocker();
    await page.getByRole('button', { name: 'Allow', exact: true }).click();
    await page.waitForURL(before);
    await hears(page, 'completed');
    assert.equal(await stage.api.status(id), 'succeeded');
    assert.equal(page.context().pages().length, 1);
  };

  void t.test('third-party cookies are really blocked here', () =>
    stage.inRoom(async ({ page }) => {
      const third = await openShop({
        '/set': { html: '', headers: { 'set-cookie': 'probe=1; SameSite=None; Secure; Path=/' } },
      });
      t.after(() => third.close());
      const origin = third.origin.replace('localhost', '127.0.0.1');
      await blockThirdPartyCookies(page);
      await page.goto(`${shop.origin}/own`);
      await page.evaluate(`fetch('${origin}/set', { credentials: 'include', mode: 'no-cors' })`);
      assert.deepEqual(await page.context().cookies(origin), []);
      await page.goto(`${origin}/set`);
      assert.equal((await page.context().cookies(origin)).length, 1, 'and in a tab of its own it would be kept');
    }),
  );

  void t.test('a browser that opens no window: the same tab goes by itself, and comes back to where it was', () =>
    inShop('/no-popups', async (page, id) => {
      await page.locator('#open0').click();
      await continueButton(page).waitFor();
      await inThisTab(page, id);
    }),
  );

  for (const [name, userAgent] of Object.entries(inApp)) {
    void t.test(`${name} goes in the same tab`, () =>
      inShop(
        '/own',
        async (page, id) => {
          await page.locator('#open0').click();
          await inThisTab(page, id);
        },
        { userAgent },
      ),
    );
  }

  void t.test('a browser without constructed sheets takes the style that the page’s nonce allows', () =>
    stage.inRoom(async ({ page, witness }) => {
      await page.addInitScript('window.CSSStyleSheet = undefined');
      await page.goto(`${shop.origin}/old-browser?session=${await newSession(stage)}`);
      await page.locator('#open0').click();
      await continueButton(page).waitFor();
      const dialog =
        "[...document.querySelectorAll('div')].find((each) => each.shadowRoot).shadowRoot.querySelector('dialog')";
      const width = await page.evaluate<string>(`getComputedStyle(${dialog}).width`);
      assert.equal(width, '496px');
      assert.deepEqual(witness.complaints, []);
    }),
  );

  void t.test('colours and language of the page reach the frame, the window and the page at top level', () =>
    inShop('/own', async (page, id, { witness }) => {
      const look = "{ locale: 'hi', theme: { mode: 'dark', seed: '#8A3B1F' }, brand: { name: 'MyBrand' } }";
      const show = (mode: string) =>
        page.evaluate(`{ window.dressed = createEntityLocker({ baseUrl: '${baseUrl}', apiKey: '${apiKey}', mode: '${mode}' });
          void dressed.open('${id}', ${look}); }`);
      const looks = (where: Page | FrameLocator) =>
        where.locator('html').evaluate((html) => {
          const root = html as unknown as {
            lang: string;
            dataset: { mode?: string };
            ownerDocument: {
              defaultView: { getComputedStyle(of: unknown): { getPropertyValue(name: string): string } };
            };
          };
          const { defaultView } = root.ownerDocument;
          return [root.lang, root.dataset.mode, defaultView.getComputedStyle(html).getPropertyValue('--brand')];
        });
      const wanted = ['hi-IN', 'dark', schemesOf('8a3b1f').dark.brand];
      await show('modal');
      await frameOf(page).getByText('MyBrand', { exact: true }).waitFor();
      assert.equal(new URL((await page.locator('iframe').getAttribute('src')) ?? '').search, `?key=${apiKey}`);
      assert.deepEqual(await looks(frameOf(page)), wanted);
      const [popup] = await Promise.all([
        page.waitForEvent('popup'),
        frameOf(page).locator('form[action$="/continue"] button').click(),
      ]);
      // One that is closed on its way to another site is sometimes never gone: Chromium loses the order with the process.
      await popup.waitForURL((url) => url.origin !== baseUrl);
      await popup.close();
      // What the person chooses here stays, whatever the page wants.
      await frameOf(page).locator('.languages summary').click();
      await frameOf(page).locator('.languages [hreflang="ta-IN"]').click();
      await frameOf(page).locator('html[lang="ta-IN"]').waitFor();
      await page.waitForTimeout(2_500);
      assert.deepEqual(await looks(frameOf(page)), ['ta-IN', ...wanted.slice(1)]);
      await page.evaluate('dressed.close()');
      await show('redirect');
      await page.waitForURL(`${baseUrl}/consent/**`);
      assert.deepEqual(await looks(page), wanted);
      assert.equal(await page.getByText('MyBrand').count(), 0, 'a link of anybody’s makes no brand');
      assert.deepEqual(witness.complaints, []);
    }),
  );

  void t.test('an SDK token that the page got itself opens its session, and goes nowhere', () =>
    inShop('/own', async (page, id, { witness }) => {
      const init = await page.evaluate<{ data: { access_token: string } }>(
        `fetch('${baseUrl}/kyc/entitylocker-sdk/sessions/${id}/init', {
          method: 'POST', credentials: 'include', headers: { 'x-api-key': '${apiKey}' } }).then((answer) => answer.json())`,
      );
      const token = init.data.access_token;
      const opened = `createEntityLocker({ baseUrl: '${baseUrl}', apiKey: '${apiKey}' })`;
      await page.evaluate(`{ window.locker = ${opened}; locker.on('*', (event) => heard.push(event)); }`);
      const refused = (what: string) =>
        page.evaluate<string>(`locker.open(${JSON.stringify(what)}).then(() => '', (error) => error.name)`);
      assert.equal(await refused(`${token.split('.').slice(0, 2).join('.')}.`), 'TypeError');
      assert.equal(await refused('a.b.c'), 'TypeError');
      await page.evaluate(`void locker.open('${token}')`);
      await (await openLocker(page, stage)).answer('Allow');
      await hears(page, 'completed');
      assert.ok((await heard(page)).every(({ sessionId }) => sessionId === id));
      await witness.settled();
      const carried = witness.seen().filter(({ text }) => text.includes(token));
      assert.deepEqual(carried, [], 'in no address, no header and no page');
      const own = witness.seen().filter(({ url, text }) => url.endsWith('/authorization_url') && text.includes('eyJ'));
      assert.ok(own.length > 0, 'the frame has a token of its own, and what it sends is seen');
      assert.ok(
        !(await page.evaluate<string>('JSON.stringify({ ...sessionStorage, ...localStorage })')).includes(token),
      );
      assert.equal(await stage.api.status(id), 'succeeded');
    }),
  );

  void t.test('the words around the frame are in its language, and follow the person', () =>
    inShop('/own', async (page, id) => {
      const dialog = page.locator('dialog');
      await page.evaluate(
        `void createEntityLocker({ baseUrl: '${baseUrl}', apiKey: '${apiKey}', locale: 'hi' }).open('${id}')`,
      );
      assert.equal(await dialog.getAttribute('aria-label'), labelsIn('hi').title);
      await frameOf(page).locator('html[lang="hi-IN"]').waitFor();
      await page.getByRole('button', { name: labelsIn('hi').close, exact: true }).waitFor();
      await frameOf(page).locator('.languages summary').click();
      await frameOf(page).locator('.languages [hreflang="ta-IN"]').click();
      await page.getByRole('button', { name: labelsIn('ta').close, exact: true }).waitFor();
      assert.equal(await dialog.getAttribute('aria-label'), labelsIn('ta').title);
      assert.equal(await page.locator('iframe').getAttribute('title'), labelsIn('ta').title);
    }),
  );

  void t.test('the other way in, for this trip: the frame hands on which button was pressed', () =>
    inShop('/own', async (page) => {
      await page.locator('#open0').click();
      await continueButton(page).waitFor();
      const [popup] = await Promise.all([
        page.waitForEvent('popup'),
        frameOf(page).locator('button[name=flow][value=signup]').click(),
      ]);
      await popup.waitForURL((url) => url.origin !== baseUrl);
      await popup.getByRole('heading', { name: /sign up|create|open an account|account/i }).waitFor();
    }),
  );

  void t.test('two tabs with one session: both hear how it ends', () =>
    inShop('/own', async (page, id, { page: first }) => {
      const second = await page.context().newPage();
      await second.goto(first.url());
      for (const tab of [first, second]) {
        await tab.bringToFront();
        await tab.locator('#open0').click();
        await continueButton(tab).waitFor();
      }
      await (await openLocker(second, stage)).answer('Allow');
      await hears(second, 'completed');
      await hears(first, 'completed');
      assert.equal(await stage.api.status(id), 'succeeded');
    }),
  );

  void t.test('two tabs with a session each: one says no and the other yes, and neither hears the other', () =>
    inShop('/own', async (first, firstId) => {
      const second = await first.context().newPage();
      const secondId = await newSession(stage);
      await second.goto(`${shop.origin}/own?session=${secondId}`);
      const lockers = [];
      for (const tab of [first, second]) {
        await tab.bringToFront();
        await tab.locator('#open0').click();
        lockers.push(await openLocker(tab, stage));
      }
      await lockers[1]?.answer('Deny');
      await lockers[0]?.answer('Allow');
      await hears(first, 'completed');
      await hears(second, 'consent_denied');
      assert.deepEqual(await types(second), ['consent_denied']);
      assert.deepEqual([await stage.api.status(firstId), await stage.api.status(secondId)], ['succeeded', 'failed']);
    }),
  );

  void t.test('a session that expires while it is on show says so at the first question after it', () =>
    inShop('/own', async (page, id) => {
      await page.locator('#open0').click();
      await continueButton(page).waitFor();
      await letExpire(stage, id);
      const polls = pollsOf(page, id);
      await hears(page, 'expired');
      assert.ok(polls() <= 1, 'the first question after it has the answer, and the page hears it at once');
      await frameOf(page).getByRole('heading', { name: 'This request has expired' }).waitFor();
      await frameOf(page).getByRole('button', { name: 'Close' }).click();
      await hears(page, 'closed');
      assert.deepEqual(await types(page), ['expired', 'closed']);
    }),
  );

  void t.test('a gateway that is away and comes back costs nothing but the wait', () =>
    inShop('/own', async (page, id) => {
      await page.locator('#open0').click();
      await continueButton(page).waitFor();
      await page.context().setOffline(true);
      await page.waitForTimeout(3_000);
      assert.deepEqual(await types(page), []);
      await page.context().setOffline(false);
      await (await openLocker(page, stage)).answer('Allow');
      await hears(page, 'completed');
      assert.equal(await stage.api.status(id), 'succeeded');
    }),
  );

  void t.test('another device: the code in the frame is the address, and the page here hears the end from there', () =>
    inShop('/own', async (page, id) => {
      await page.locator('#open0').click();
      const frame = frameOf(page);
      await frame.getByText('Continue on your phone instead').click();
      const code = frame.getByRole('img', { name: /QR code/ });
      await code.waitFor();
      const drawn = await code.evaluate((svg) => (svg as unknown as { outerHTML: string }).outerHTML);
      const scanned = await scan(page, drawn);
      assert.equal(scanned, `${baseUrl}/consent/${id}`);
      await stage.inRoom(
        async (there) => {
          await there.page.goto(scanned);
          assert.equal(await there.page.getByText('Continue on your phone instead').isVisible(), false);
          await there.person.signIn();
          await there.person.answer('Allow');
          await hears(page, 'completed');
        },
        { viewport: { width: 360, height: 740 }, isMobile: true, hasTouch: true },
      );
    }),
  );
});

/** What a camera reads: the drawn code, pixel by pixel, through a decoder that is not ours. */
async function scan(page: Page, svg: string): Promise<string> {
  const { default: decodeQr } = await import('qr/decode.js');
  const pixels = await page.evaluate<number[]>(`(async () => {
    const image = new Image();
    image.src = 'data:image/svg+xml,' + encodeURIComponent(${JSON.stringify(svg)}.replace('<svg', '<svg xmlns="http://www.w3.org/2000/svg" width="400" height="400"'));
    await image.decode();
    const canvas = Object.assign(document.createElement('canvas'), { width: 400, height: 400 });
    const pen = canvas.getContext('2d');
    pen.drawImage(image, 0, 0, 400, 400);
    return [...pen.getImageData(0, 0, 400, 400).data];
  })()`);
  return decodeQr({ width: 400, height: 400, data: Uint8Array.from(pixels) });
}
