import assert from 'node:assert/strict';
import { test } from 'node:test';
import { locales } from '@tijori/wire';
import type { Page } from 'playwright-core';
import { needs } from '../../scripts/needs.ts';
import { run } from '../cli/tijori.ts';
import { faults } from './accessibility.ts';
import { newSession } from './sdk-page.ts';
import { openStage, type Stage, scenesAtOnce } from './stage.ts';
import { testLevers } from './test-levers.ts';
import { canaryScript, ran, xssCorpus } from './xss-corpus.ts';

const heading = (page: Page) => page.locator('h1').textContent();
const goOn = (page: Page) => page.locator('#go button').click();

test('the hosted page in a real browser', { timeout: 1_200_000, concurrency: scenesAtOnce }, async (t) => {
  const chromium = needs(t, 'chromium');
  if (!chromium) return;
  const stage = await openStage(chromium);
  t.after(() => stage.close());
  const play = (name: string, scene: (stage: Stage) => Promise<void>) => t.test(name, () => scene(stage));
  // Alone, since for the length of it EntityLocker answers nobody in this workspace.
  await play('EntityLocker down: an honest page with a way on; up again: done', downScene);
  await Promise.all([
    play('speaks six languages, each in its own', languagesScene),
    play('the language is switched by keyboard, without script', noScriptScene),
    play('a journey in Hindi, in the dark, shares one document of two and says so', hindiScene),
    play('a request that expires while it is open says so at the next step', expiryScene),
    play('reloading in the middle loses nothing', reloadScene),
    play('of two tabs one consents, and both tell the same end', twoTabsScene),
    play('nothing that an address says is ever run', addressScene),
    play('a registered name that is a script is a name', namesScene),
  ]);
});

async function languagesScene(stage: Stage): Promise<void> {
  const id = await newSession(stage);
  await stage.inRoom(async ({ page, witness }) => {
    const headings = new Set<string | null>();
    for (const locale of locales) {
      await page.goto(`${stage.baseUrl}/consent/${id}?lang=${locale}&seed=7b1fa2`);
      assert.equal(await page.locator('html').getAttribute('lang'), locale);
      headings.add(await heading(page));
    }
    assert.equal(headings.size, locales.length);
    // What axe-core says of each is in states.test.ts.
    assert.deepEqual(witness.complaints, []);
  });
}

async function noScriptScene(stage: Stage): Promise<void> {
  const id = await newSession(stage);
  await stage.inRoom(
    async ({ page, witness }) => {
      await page.goto(`${stage.baseUrl}/consent/${id}`);
      await page.keyboard.press('Tab');
      await page.keyboard.press('Enter');
      // The list begins with the first language; Hindi is the second.
      await page.keyboard.press('Tab');
      await page.keyboard.press('Tab');
      await page.keyboard.press('Enter');
      await page.waitForURL('**lang=hi-IN');
      assert.equal(await page.locator('html').getAttribute('lang'), 'hi-IN');
      await goOn(page);
      await page.getByLabel('Mobile number').waitFor();
      assert.deepEqual(witness.complaints, []);
    },
    { javaScriptEnabled: false },
  );
}

async function hindiScene(stage: Stage): Promise<void> {
  const id = await newSession(stage);
  const look = { locale: 'hi-IN', colorScheme: 'dark', bypassCSP: true } as const;
  await stage.inRoom(async ({ page, person, witness }) => {
    const found: string[] = [];
    await page.goto(`${stage.baseUrl}/consent/${id}`);
    assert.match((await heading(page)) ?? '', /को आपके व्यवसाय के दस्तावेज़ चाहिए/);
    await goOn(page);
    await person.signInAtLocker();
    await person.untick('GSTND');
    await page.getByRole('button', { name: 'Allow', exact: true }).click();
    await page.waitForURL(`${stage.baseUrl}/consent/**`);
    assert.equal(await heading(page), 'हो गया। धन्यवाद।');
    assert.equal(await page.locator('.outcome .shared').count(), 1);
    assert.match((await page.locator('.outcome .withheld').textContent()) ?? '', /सहमति नहीं दी/);
    found.push(...(await faults(page)));
    assert.deepEqual(found, []);
    assert.deepEqual(witness.complaints, []);
  }, look);
  assert.deepEqual((await stage.api.session(id))?.documents_consented, ['company_master_details']);
}

async function expiryScene(stage: Stage): Promise<void> {
  const id = await newSession(stage);
  await stage.inRoom(async ({ page }) => {
    await page.goto(`${stage.baseUrl}/consent/${id}`);
    await testLevers(stage.server.credentials).expire(id);
    await goOn(page);
    assert.equal(await heading(page), 'This request has expired');
    assert.equal(await stage.api.status(id), 'expired');
  });
}

async function downScene(stage: Stage): Promise<void> {
  const id = await newSession(stage);
  const levers = testLevers(stage.server.credentials);
  await stage.inRoom(async ({ page, person }) => {
    await page.goto(`${stage.baseUrl}/consent/${id}`);
    await person.signIn();
    await levers.breakTokenCall();
    await page.getByRole('button', { name: 'Allow', exact: true }).click();
    await page.getByRole('heading', { name: 'EntityLocker is not answering' }).waitFor();
    assert.equal(await stage.api.status(id), 'initialized');
    await levers.repair();
    await page.getByRole('link', { name: 'Try again' }).click();
    await person.signIn();
    await person.answer('Allow');
    assert.equal(await heading(page), 'Done. Thank you.');
  });
}

async function reloadScene(stage: Stage): Promise<void> {
  const id = await newSession(stage);
  await stage.inRoom(async ({ page, person }) => {
    await page.goto(`${stage.baseUrl}/consent/${id}`);
    await page.reload();
    await person.signIn();
    await page.reload();
    await person.answer('Allow');
    await page.reload();
    assert.equal(await heading(page), 'Done. Thank you.');
    assert.equal(await stage.api.status(id), 'succeeded');
  });
}

async function twoTabsScene(stage: Stage): Promise<void> {
  const id = await newSession(stage);
  await stage.inRoom(async ({ page, person }) => {
    const other = await page.context().newPage();
    for (const tab of [page, other]) await tab.goto(`${stage.baseUrl}/consent/${id}`);
    await person.signIn();
    await goOn(other);
    await person.answer('Allow');
    assert.equal(await heading(page), 'Done. Thank you.');
    await other.goto(`${stage.baseUrl}/consent/${id}`);
    assert.equal(await heading(other), 'Done. Thank you.');
  });
}

async function addressScene(stage: Stage): Promise<void> {
  const id = await newSession(stage);
  await stage.inRoom(async ({ page, witness }) => {
    await page.addInitScript(canaryScript);
    for (const evil of xssCorpus.map(encodeURIComponent)) {
      for (const address of [
        `/consent/${id}?lang=${evil}&seed=${evil}&mode=${evil}&key=${evil}&return=${evil}&unanswered=${evil}`,
        `/consent/${id}/frame?key=${evil}&lang=${evil}`,
        `/consent/${id}/open?ticket=${evil}`,
        `/consent/${evil}`,
        `/callbacks/kyc/entitylocker/oauth?state=${evil}&code=${evil}&error=${evil}&error_description=${evil}`,
        `/${evil}`,
      ]) {
        await page.goto(`${stage.baseUrl}${address}`);
      }
    }
    assert.deepEqual(ran(witness.complaints), []);
  });
}

/** The name is the operator's own to give; a page of ours must not depend on that. */
async function namesScene(stage: Stage): Promise<void> {
  const names = xssCorpus.filter((evil) => evil.includes('<'));
  const made = await Promise.all(
    names.map((name) =>
      run(['keys', 'create', '--mode', 'test', '--workspace', name, '--data', stage.server.dataDir, '--json']),
    ),
  );
  await stage.inRoom(async ({ page, witness }) => {
    await page.addInitScript(canaryScript);
    for (const [index, { stdout, stderr }] of made.entries()) {
      assert.equal(stderr, '');
      const credentials = { ...stage.server.credentials, ...(JSON.parse(stdout) as object) };
      const id = await newSession({ server: { ...stage.server, credentials }, baseUrl: stage.baseUrl });
      await page.goto(`${stage.baseUrl}/consent/${id}`);
      assert.equal(await page.locator('.who').textContent(), names[index]?.trim());
      assert.match(await page.title(), /asks for documents of your business$/);
    }
    assert.deepEqual(ran(witness.complaints), []);
  });
}
