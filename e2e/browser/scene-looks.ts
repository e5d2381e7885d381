import assert from 'node:assert/strict';
import type { Page } from 'playwright-core';
import { faults } from './accessibility.ts';
import type { Stage } from './stage.ts';

/** Acts for two businesses, and is therefore asked for which. */
const farida = '5550000005';
/** Has a business with three GST registrations, so that one document comes as several files. */
const ravi = '5550000002';

/**
 * Walks from the demo over EntityLocker and back and has each page judged, see accessibility.ts. What a journey does not pass,
 * and every language, is in states.test.ts.
 */
export async function looksScene({ baseUrl, inRoom }: Stage): Promise<void> {
  const found: string[] = [];
  const titles = new Set<string>();
  const look = async (page: Page) => {
    const title = await page.title();
    // Pages that come up twice are judged once; the demo with sessions on it is another page than without.
    const name = `${title} ${await page.locator('[data-session]').count()}`;
    if (titles.has(name)) return;
    titles.add(name);
    found.push(...(await faults(page)));
  };
  await inRoom(
    async ({ page, person }) => {
      const succeeded = await person.ask();
      await person.signIn(ravi);
      await person.untick('CPMTD');
      await person.answer('Allow');
      await person.toDemo();
      await person.document(succeeded, 'gstn_details').click();
      await look(page);
      await page.goBack();
      await person.document(succeeded, 'company_master_details').click();
      await look(page);
      await person.ask();
      await person.signIn(farida);
      await look(page);
      await page.getByRole('radio').first().check();
      await page.getByRole('button', { name: 'Continue', exact: true }).click();
      await person.answer('Deny');
      await person.toDemo();
      for (const address of [
        '/consent/00000000-0000-4000-8000-000000000000',
        '/callbacks/kyc/entitylocker/oauth',
        '/demo/react',
        '/docs',
      ]) {
        await page.goto(`${baseUrl}${address}`);
        await look(page);
      }
    },
    { look, bypassCSP: true },
  );
  assert.deepEqual(found, []);
  assert.ok(titles.size >= 13, `only ${titles.size} pages were judged: ${[...titles].join(', ')}`);
}
