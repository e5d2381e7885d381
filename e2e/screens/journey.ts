import type { Page } from 'playwright-core';
import { frameOf, openLocker } from '../browser/sdk-page.ts';
import type { Stage } from '../browser/stage.ts';
import type { Look } from './camera.ts';

/** One picture of a sheet. */
export interface Picture {
  /** Stands under it. */
  name: string;
  jpeg: Buffer;
}

/** The demo of a running gateway, step by step: its shop, the SDK's dialog over it, the frame in that, and the panel beside. */
export async function journeyPictures(stage: Stage, { colorScheme, width }: Look): Promise<Picture[]> {
  const taken: Picture[] = [];
  const options = { colorScheme, viewport: { width, height: 780 }, reducedMotion: 'reduce' } as const;
  await stage.inRoom(async ({ page }) => {
    const take = async (name: string, of: Page = page, fullPage = false) => {
      taken.push({ name, jpeg: await of.screenshot({ fullPage, type: 'jpeg', quality: 80 }) });
    };
    await page.goto(`${stage.baseUrl}/demo/react`);
    await take('demo: React');
    await page.goto(`${stage.baseUrl}/demo`);
    await take('demo: HTML');
    await page.locator('#add-business').getByRole('button', { name: 'Add your business' }).click();
    await frameOf(page).getByRole('button', { name: 'Continue to EntityLocker' }).waitFor();
    await take('dialog: request');
    const { popup, answer } = await openLocker(page, stage);
    await take('window: EntityLocker (specimen)', popup);
    await take('dialog: window open');
    await answer('Allow', 'GSTND');
    await frameOf(page).getByRole('heading', { name: 'Done. Thank you.' }).waitFor();
    await take('dialog: done');
    await page.locator('iframe').waitFor({ state: 'detached' });
    await page.locator('#add-business').getByRole('link').first().waitFor();
    await take('demo: added, with the panel', page, true);
  }, options);
  return taken;
}
