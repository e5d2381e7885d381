import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { BrowserContextOptions, FrameLocator, Page } from 'playwright-core';
import { needs } from '../../scripts/needs.ts';
import { person } from './person.ts';
import {
  blockThirdPartyCookies,
  continueButton,
  frameOf,
  hears,
  letExpire,
  newSession,
  openLocker,
  types,
} from './sdk-page.ts';
import { openShop, ownPage, vendorPage } from './shop.ts';
import { openStage, type Room } from './stage.ts';

/** Browsers inside other apps, as they name themselves. */
const inApp = {
  'an Android web view':
    'Mozilla/5.0 (Linux; Android 14; Pixel 8; wv) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/126.0 Mobile Safari/537.36',
  Instagram:
    'Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148 Instagram 340.0.0',
  Facebook:
    'Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 Mobile/15E148 [FBAN/FBIOS;FBAV/470.0;FBDV/iPhone15,2]',
};

test('every way through the SDK that is not the straight one, in a real browser', { timeout: 600_000 }, async (t) => {
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
    await hears(page, 'completed', 8_000);
    assert.equal(await stage.api.status(id), 'succeeded');
    assert.equal(page.context().pages().length, 1);
  };

  await t.test('third-party cookies are really blocked here', () =>
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

  await t.test('a browser that opens no window: the same tab goes by itself, and comes back to where it was', () =>
    inShop('/no-popups', async (page, id) => {
      await page.locator('#open0').click();
      await continueButton(page).waitFor();
      await inThisTab(page, id);
    }),
  );

  for (const [name, userAgent] of Object.entries(inApp)) {
    await t.test(`${name} goes in the same tab`, () =>
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

  await t.test('a browser without constructed sheets takes the style that the page’s nonce allows', () =>
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

  await t.test('colours and language of the page reach the frame, the window and the page at top level', () =>
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
            ownerDocument: { styleSheets: Iterable<{ href: string }> };
          };
          return [root.lang, root.dataset.mode, [...root.ownerDocument.styleSheets].at(-1)?.href];
        });
      const wanted = ['hi-IN', 'dark', `${baseUrl}/assets/theme/8a3b1f.css`];
      await show('modal');
      await frameOf(page).getByText('MyBrand', { exact: true }).waitFor();
      assert.equal(new URL((await page.locator('iframe').getAttribute('src')) ?? '').search, `?key=${apiKey}`);
      assert.deepEqual(await looks(frameOf(page)), wanted);
      const [popup] = await Promise.all([
        page.waitForEvent('popup'),
        frameOf(page).locator('form[action$="/continue"] button').click(),
      ]);
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

  await t.test('the other way in, for this trip: the frame hands on which button was pressed', () =>
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

  await t.test('two tabs with one session: both hear how it ends', () =>
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

  await t.test('two tabs with a session each: one says no and the other yes, and neither hears the other', () =>
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

  await t.test('a session that expires while it is on show says so within five seconds', () =>
    inShop('/own', async (page, id) => {
      await page.locator('#open0').click();
      await continueButton(page).waitFor();
      await letExpire(stage, id);
      await hears(page, 'expired');
      await frameOf(page).getByRole('heading', { name: 'This request has expired' }).waitFor();
      await frameOf(page).getByRole('button', { name: 'Close' }).click();
      await hears(page, 'closed');
      assert.deepEqual(await types(page), ['expired', 'closed']);
    }),
  );

  await t.test('a gateway that is away and comes back costs nothing but the wait', () =>
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

  await t.test('another device: the code in the frame is the address, and the page here hears the end from there', () =>
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
