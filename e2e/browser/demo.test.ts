import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Page } from 'playwright-core';
import { needs } from '../../scripts/needs.ts';
import { person } from './person.ts';
import { continueButton, frameOf, openLocker } from './sdk-page.ts';
import { leaks, secretsOf } from './secrets.ts';
import { openStage, scenesAtOnce } from './stage.ts';

const note = (page: Page) => page.locator('#add-business .note');
const button = (page: Page, name: string) => page.locator('#add-business').getByRole('button', { name });
const withoutId = (text: string) => text.replace(/[0-9a-f]{8}…/, '…');
/** What the panel has written down: names of events, and calls with the ids left out. */
const happened = async (page: Page) =>
  (await page.locator('.happenings li:not(.frame) .name').allTextContents()).map(withoutId);
/** The browser calls that the gateway's frame made, by their last parts, each once. */
const framesCalls = async (page: Page) => {
  const names = (await page.locator('.happenings li.frame .name').allTextContents()).map(withoutId);
  return [...new Set(names.map((name) => name.replace('/kyc/entitylocker-sdk/sessions/…', '')))].sort();
};

const create = ['POST /kyc/entitylocker-sdk/sessions/create', 'opened', 'ready'];
const read = ['GET /kyc/entitylocker-sdk/sessions/…/status', 'GET /kyc/entitylocker-sdk/sessions/…/entity'];

test('the demo’s shop in a real browser', { timeout: 1_200_000, concurrency: scenesAtOnce }, async (t) => {
  const chromium = needs(t, 'chromium');
  if (!chromium) return;
  const stage = await openStage(chromium);
  t.after(() => stage.close());
  const { api, baseUrl } = stage;

  for (const path of ['/demo', '/demo/react']) {
    void t.test(`${path}: one button, the whole way to the files; the panel tells it, and no secret is seen`, () =>
      stage.inRoom(async ({ page, person: somebody, witness }) => {
        await page.goto(`${baseUrl}${path}`);
        assert.equal(await page.locator('.nothing').isVisible(), true);
        await button(page, 'Add your business').click();
        await (await openLocker(page, stage)).answer('Allow', 'GSTND');
        await note(page).getByText('is added, with some documents missing').waitFor();
        await page.locator('iframe').waitFor({ state: 'detached' });

        const told = await happened(page);
        // The dialog closes by itself while the server is asked; which is first, nobody can say.
        const seen = told.filter((name) => !['step', 'POST /authenticate', 'closed'].includes(name));
        assert.deepEqual(seen, [...create, 'consent_partial', 'completed', ...read]);
        assert.ok(told.includes('closed'));
        // Where the window's word is late, the frame has found the end by asking, and has nothing to confirm.
        const made = (await framesCalls(page)).filter((name) => name !== 'POST /authorize');
        assert.deepEqual(made, ['GET ', 'GET /authorization_url', 'POST /init'], 'what the frame called, too');
        assert.equal(told[0], 'POST /authenticate');
        await page.locator('.happenings summary', { hasText: '/authenticate' }).first().click();
        await page.getByText('"access_token": "(stays on the server)"').first().waitFor();

        const links = page.locator('#add-business').getByRole('link');
        assert.equal(await links.count(), 2);
        const file = await somebody.download(() => links.first().click());
        assert.match(file.bytes.toString('latin1'), /^%PDF-/);

        await button(page, 'Ask for the rest').click();
        const locker = await openLocker(page, stage);
        assert.equal(await locker.popup.locator('[data-doctype]').count(), 1, 'only what is missing is asked for');
        await locker.answer('Allow');
        await note(page).getByText('is added.', { exact: false }).waitFor();
        assert.equal(await links.count(), 3);
        assert.equal(await page.locator('#add-business').getByRole('button').count(), 0);

        await page.locator('iframe').waitFor({ state: 'detached' });
        await page.reload();
        const cards = page.locator('[data-session][data-status=succeeded]');
        assert.equal(await cards.count(), 2);
        const id = (await cards.first().getAttribute('data-session')) ?? '';
        const again = await somebody.download(() => somebody.document(id, 'gstn_details').click());
        const [listed] = (await api.document(id, 'gstn_details')).data?.files ?? [];
        assert.ok(again.bytes.equals(await api.bytes(listed?.url ?? '')), 'the integrator gets the same bytes');

        await witness.settled();
        assert.deepEqual(witness.complaints, [], 'errors on the console or violations of the policy');
        const everything = [
          ...witness.seen(),
          { url: 'cookies', text: JSON.stringify(await page.context().cookies()) },
        ];
        assert.deepEqual(leaks(secretsOf(stage.server), everything), [], 'secrets in the browser');
        const hosts = new Set(witness.seen().map(({ url }) => new URL(url).hostname));
        assert.deepEqual([...hosts], ['127.0.0.1'], 'nothing is loaded from outside');
      }),
    );

    void t.test(
      `${path}: a server that fails, a person who closes, one who denies: each is told, and the button is there`,
      () =>
        stage.inRoom(async ({ page }) => {
          await page.goto(`${baseUrl}${path}`);
          await page.route('**/demo/api/**', (route) => route.abort());
          await button(page, 'Add your business').click();
          await note(page).getByText('Our server did not answer').waitFor();
          await page.unroute('**/demo/api/**');
          await button(page, 'Try again').click();
          await continueButton(page).waitFor();
          await page.getByRole('button', { name: 'Close' }).click();
          await note(page).getByText('Nothing is added yet').waitFor();
          await button(page, 'Add your business').click();
          await (await openLocker(page, stage)).answer('Deny');
          await frameOf(page).getByRole('button', { name: 'Close' }).click();
          await note(page).getByText('You shared nothing this time').waitFor();
          assert.deepEqual((await happened(page)).slice(-2), ['consent_denied', 'closed']);
          await button(page, 'Try again').click();
          await continueButton(page).waitFor();
        }),
    );

    void t.test(`${path}: in the page, and in this tab and back, with what was told before`, () =>
      stage.inRoom(async ({ page, witness }) => {
        await page.goto(`${baseUrl}${path}?mode=container`);
        await button(page, 'Add your business').click();
        await page.locator('.room iframe').waitFor();
        await (await openLocker(page, stage)).answer('Allow');
        await note(page).getByText('is added.').waitFor();

        await page.getByRole('combobox', { name: 'Shown' }).selectOption('redirect');
        await page.waitForURL('**mode=redirect**');
        const address = page.url();
        await button(page, 'Add your business').click();
        await page.waitForURL('**/consent/**');
        await person(page, baseUrl).signIn();
        await page.getByRole('button', { name: 'Allow', exact: true }).click();
        await page.waitForURL(address);
        await note(page).getByText('is added.').waitFor();
        assert.equal((await happened(page)).filter((name) => name === 'completed').length, 2);
        assert.deepEqual(witness.complaints, []);
      }),
    );
  }

  void t.test('a chosen outcome comes, whatever the person answers', () =>
    stage.inRoom(async ({ page }) => {
      await page.goto(`${baseUrl}/demo`);
      await page.getByRole('combobox', { name: 'Outcome' }).selectOption('deny');
      await page.waitForURL('**outcome=deny**');
      await button(page, 'Add your business').click();
      await (await openLocker(page, stage)).answer('Allow');
      await frameOf(page).getByRole('button', { name: 'Close' }).click();
      await note(page).getByText('You shared nothing this time').waitFor();
    }),
  );

  void t.test('no other site can press the button, and no other browser can read what came of it', async () => {
    for (const path of ['/demo/sessions', '/demo/api/sessions']) {
      for (const origin of ['https://evil.example', 'null', '']) {
        const headers = { 'content-type': 'application/json', ...(origin && { origin }) };
        const response = await fetch(`${baseUrl}${path}`, { method: 'POST', headers, body: '{}' });
        assert.equal(response.status, 403, `${path} from ${origin || 'nowhere'}`);
        assert.equal(response.headers.get('set-cookie'), null);
      }
    }
    await stage.inRoom(async ({ page }) => {
      const { id } = await api.init('https://shop.example/');
      await page.goto(`${baseUrl}/demo`);
      const status = await page.evaluate(`fetch('/demo/api/sessions/${id}').then((answer) => answer.status)`);
      assert.equal(status, 404);
    });
  });
});
