import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import type { Page } from 'playwright-core';
import { needs } from '../../scripts/needs.ts';
import { packPackage } from '../bare-project.ts';
import { freePort } from './free-port.ts';
import { person } from './person.ts';
import { reactPages } from './react-page.ts';
import { blockThirdPartyCookies, continueButton, frameOf, hears, newSession, openLocker, types } from './sdk-page.ts';
import { openShop, type Shop } from './shop.ts';
import { openStage, scenesAtOnce } from './stage.ts';

const root = join(import.meta.dirname, '../..');
const reacts = { 18: join(root, 'e2e/react-18/package.json'), 19: join(root, 'package.json') };
const desk = {};
const phone = { viewport: { width: 360, height: 740 }, isMobile: true, hasTouch: true };

test('the SDK as a project installs it, in a real browser', {
  timeout: 1_200_000,
  concurrency: scenesAtOnce,
}, async (t) => {
  const chromium = needs(t, 'chromium');
  if (!chromium) return;
  const [stage, web, client] = await Promise.all([openStage(chromium), packPackage('web'), packPackage('client')]);
  t.after(async () => {
    web.remove();
    client.remove();
    await stage.close();
  });
  const { api_key: apiKey, api_secret: apiSecret } = stage.server.credentials;

  const shops: Record<string, Shop> = {};
  for (const [version, from] of Object.entries(reacts)) {
    const shop = await openShop(reactPages(from, web.distDir, { apiKey, baseUrl: stage.baseUrl }));
    t.after(() => shop.close());
    shops[version] = shop;
  }

  for (const version of Object.keys(reacts)) {
    const shop = shops[version];
    if (!shop) throw new Error('no shop');
    const inShop = (play: (page: Page) => Promise<void>, options: object) =>
      stage.inRoom(async ({ page, witness }) => {
        await blockThirdPartyCookies(page);
        const [first, second] = [await newSession(stage), await newSession(stage)];
        await page.goto(`${shop.origin}/?session=${first}&session=${second}`);
        await page.locator('#hook').waitFor();
        await play(page);
        assert.deepEqual(witness.complaints, [], 'React itself has nothing to say');
      }, options);

    void t.test(`React ${version}, strict mode: hook and button show a session each, with the newest props`, () =>
      inShop(async (page) => {
        assert.match(await page.evaluate<string>('version'), new RegExp(`^${version}\\.`));
        await page.locator('#more').click();
        await page.locator('#hook').click();
        assert.equal(await page.locator('#shop').getAttribute('data-open'), 'true');
        await (await openLocker(page, stage)).answer('Allow');
        await hears(page, 'closed');
        await page.locator('iframe').waitFor({ state: 'detached' });
        assert.deepEqual(await types(page), ['consent_granted', 'completed', 'closed']);
        assert.deepEqual(await page.evaluate('[...new Set(heard.map(({ count }) => count))]'), [1]);
        assert.equal(await page.locator('#shop').getAttribute('data-open'), 'false');

        await page.locator('.ready-made').click();
        await frameOf(page).getByText('MyBrand', { exact: true }).waitFor();
        await (await openLocker(page, stage)).answer('Deny');
        await hears(page, 'consent_denied');
        assert.deepEqual(await page.evaluate('outcomes.map(({ result }) => result)'), ['completed', 'denied']);
      }, desk),
    );

    void t.test(`React ${version}, strict mode: what is taken down takes its dialog along`, () =>
      inShop(async (page) => {
        await page.locator('#hook').click();
        await continueButton(page).waitFor();
        await page.evaluate('unmount()');
        await page.locator('iframe').waitFor({ state: 'detached' });
        assert.equal(await page.locator('#hook').count(), 0);
        assert.deepEqual(await page.evaluate('outcomes.map(({ result }) => result)'), ['closed']);
      }, desk),
    );

    void t.test(`React ${version}, strict mode: a phone that went in the same tab is back where it was`, () =>
      inShop(async (page) => {
        const before = page.url();
        await page.locator('.ready-made').tap();
        await continueButton(page).tap();
        await person(page, stage.baseUrl).signInAtLocker();
        await page.getByRole('button', { name: 'Allow', exact: true }).tap();
        await page.waitForURL(before);
        await hears(page, 'closed');
        assert.deepEqual(await types(page), ['consent_granted', 'completed', 'closed']);
        assert.deepEqual(await page.evaluate('outcomes.map(({ result }) => result)'), ['completed']);
      }, phone),
    );
  }

  void t.test('the quick start of the manual runs as it stands', async () => {
    const readme = readFileSync(join(root, 'packages/web/README.md'), 'utf8').replaceAll(
      'http://127.0.0.1:8080',
      stage.baseUrl,
    );
    const block = (language: string) => new RegExp(`\`\`\`${language}\\n([\\s\\S]*?)\`\`\``).exec(readme)?.[1] ?? '';
    const project = await web.project(
      'quick-start',
      { 'server.js': block('js'), 'index.html': block('html') },
      { '@tijori/client': client.dir },
    );
    const port = await freePort();
    const server = project.start([process.execPath], 'server.js', {
      TIJORI_KEY: apiKey,
      TIJORI_SECRET: apiSecret,
      PORT: String(port),
    });
    let said = '';
    server.stderr?.on('data', (chunk: string) => {
      said += chunk;
    });
    t.after(async () => {
      server.kill();
      if (server.exitCode === null) await once(server, 'exit');
    });
    await stage.inRoom(async ({ page, witness }) => {
      await blockThirdPartyCookies(page);
      const until = Date.now() + 10_000;
      const address = `http://localhost:${port}/`;
      while (Date.now() < until && !(await page.goto(address).catch(() => null))) await page.waitForTimeout(100);
      await page.getByRole('button', { name: 'Add your business' }).click();
      await (await openLocker(page, stage)).answer('Allow');
      await page.getByText('completed gstn_details').waitFor();
      const other = witness.complaints.filter((text) => !/favicon|ERR_CONNECTION_REFUSED|404/.test(text));
      assert.deepEqual([other, said], [[], '']);
    });
  });
});
