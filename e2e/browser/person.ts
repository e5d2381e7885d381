import { readFile } from 'node:fs/promises';
import type { Page } from 'playwright-core';

/** A fictional person who acts for one company with one document of each kind. */
const asha = '5550000001';

export const otpField = '[name=otp]';
const box = (code: string) => `[data-doctype=${code}]`;
const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true });

/** Somebody in front of the browser, step by step. `look` is called on each page that comes up, before it is left. */
export function person(page: Page, baseUrl: string, look: (page: Page) => Promise<void> = async () => {}) {
  const press = async (name: string) => {
    await look(page);
    await button(page, name).click();
  };
  const self = {
    page,
    /** Presses the button of the demo's page without script: the session that it made. */
    async ask(): Promise<string> {
      await page.goto(`${baseUrl}/demo/plain`);
      await press('Ask for these documents');
      await page.waitForURL('**/consent/*');
      return new URL(page.url()).pathname.split('/').at(-1) ?? '';
    },
    /** From the consent page to the locker's question, signed in with number and one-time password. */
    async signIn(mobile = asha) {
      await press('Continue to EntityLocker');
      await self.signInAtLocker(mobile);
    },
    /** The same in a window that stands at the locker already. */
    async signInAtLocker(mobile = asha) {
      await page.getByLabel('Mobile number').fill(mobile);
      await press('Continue');
      await page.locator(otpField).fill((await page.getByTestId('otp').textContent()) ?? '');
      await press('Verify');
      await page.getByRole('heading', { name: /Share documents|Choose the entity/ }).waitFor();
    },
    /** Takes the tick from a document, by the locker's code for its type. */
    untick: (code: string) => page.locator(box(code)).uncheck(),
    async answer(name: 'Allow' | 'Deny') {
      await press(name);
      await page.waitForURL(`${baseUrl}/consent/**`);
      await look(page);
    },
    async toDemo() {
      await page.getByRole('link', { name: 'Back to the demo' }).click();
      await page.waitForURL(`${baseUrl}/demo`);
      await look(page);
    },
    /** The demo's card of a session. */
    card: (sessionId: string) => page.locator(`[data-session="${sessionId}"]`),
    document: (sessionId: string, docType: string) => self.card(sessionId).locator(`[data-document="${docType}"]`),
    /** A real download by the browser: the file's name and bytes. */
    async download(open: () => Promise<void>): Promise<{ name: string; bytes: Buffer }> {
      const [download] = await Promise.all([page.waitForEvent('download'), open()]);
      return { name: download.suggestedFilename(), bytes: await readFile(await download.path()) };
    },
  };
  return self;
}
