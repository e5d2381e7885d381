import assert from 'node:assert/strict';
import type { Page } from 'playwright-core';
import type { Stage } from './stage.ts';

/** The way back from the locker, code and state in it, comes into somebody else's browser first. */
export async function strangerScene(stage: Stage): Promise<void> {
  const { api, baseUrl } = stage;
  await stage.inRoom(async ({ page, person }) => {
    const id = await person.ask();
    await person.signIn();
    const callback = await callbackOf(page, baseUrl);

    await stage.inRoom(async (stranger) => {
      await refused(stranger.page, callback, 'no cookie of ours');
      // With a journey of its own this browser has a cookie, too; it is another one.
      await stranger.person.ask();
      await stranger.person.signIn();
      await refused(stranger.page, callback, 'a cookie, but not the right one');
    });
    assert.equal(await api.status(id), 'initialized', 'the session stands where it stood');

    await page.goto(callback);
    assert.equal(await page.locator('h1').textContent(), 'Done. Thank you.', 'the right browser can still go on');
    assert.equal(await api.status(id), 'succeeded');
  });
}

/** Presses Allow and keeps the address that the locker sends the browser to, before the browser goes there. */
async function callbackOf(page: Page, baseUrl: string): Promise<string> {
  const caught = Promise.withResolvers<string>();
  await page.route('**/public/journey/*/consent', async (route) => {
    try {
      const answer = await route.fetch({ maxRedirects: 0 });
      caught.resolve(answer.headers().location ?? '');
      await route.fulfill({ status: 204 });
    } catch (error) {
      caught.reject(error);
    }
  });
  await page.getByRole('button', { name: 'Allow', exact: true }).click();
  const callback = await caught.promise;
  assert.ok(callback.startsWith(`${baseUrl}/callbacks/`) && callback.includes('code='), callback);
  return callback;
}

async function refused(page: Page, callback: string, who: string): Promise<void> {
  const answer = await page.goto(callback);
  assert.equal(answer?.status(), 403, who);
  assert.equal(await page.locator('h1').textContent(), 'This link cannot be used here', who);
}
