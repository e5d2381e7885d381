import assert from 'node:assert/strict';
import { allowByKeyboard, keyboard } from './keyboard.ts';
import type { Stage } from './stage.ts';

/** From the demo's button to a downloaded file without a mouse. */
export async function keyboardScene({ api, baseUrl, inRoom }: Stage): Promise<void> {
  await inRoom(async ({ page, person }) => {
    const keys = keyboard(page);
    await page.goto(`${baseUrl}/demo/plain`);
    await keys.tabTo('[value=gstn_details]');
    await keys.press('Space');
    await keys.tabTo('button[type=submit]');
    await keys.press('Enter');
    await page.waitForURL('**/consent/*');
    const id = new URL(page.url()).pathname.split('/').at(-1) ?? '';

    await keys.tabTo('form[action$="/continue"] button');
    await keys.press('Enter');
    await allowByKeyboard(page, 'UDCER');

    await page.waitForURL(`${baseUrl}/consent/*`);
    assert.deepEqual((await api.session(id))?.documents_consented, ['company_master_details']);
    await keys.tabTo('.way-on a');
    await keys.press('Enter');
    await keys.tabTo(`[data-session="${id}"] [data-document=company_master_details]`);
    const file = await person.download(() => keys.press('Enter'));
    assert.equal(file.bytes.subarray(0, 5).toString(), '%PDF-');
  });
}
