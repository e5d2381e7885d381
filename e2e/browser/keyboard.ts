import type { Frame, Page } from 'playwright-core';
import { otpField } from './person.ts';

const stopsMax = 40;

/** A person without a mouse: Tab, Space, Enter, and typing; in a frame of the page, if one is named. */
export function keyboard(page: Page, where: Page | Frame = page) {
  return {
    /** Tabs to what this selector names; the outline must be there to be seen. */
    async tabTo(selector: string): Promise<void> {
      await where.locator(selector).first().waitFor();
      for (let stops = 0; stops <= stopsMax; stops += 1) {
        const here = `document.activeElement?.matches(${JSON.stringify(selector)})`;
        if (await where.evaluate<boolean | undefined>(here)) break;
        if (stops === stopsMax) throw new Error(`Tab does not reach ${selector} on ${where.url()}`);
        await page.keyboard.press('Tab');
      }
      const outline = await where.evaluate<string>('getComputedStyle(document.activeElement).outlineStyle');
      if (outline === 'none') throw new Error(`${selector} on ${where.url()} has focus, and nothing shows it`);
    },
    press: (key: 'Space' | 'Enter') => page.keyboard.press(key),
    type: (text: string) => page.keyboard.type(text),
  };
}

/** At EntityLocker: signs in, takes the tick from one document, by the locker's code for it, and allows the rest. */
export async function allowByKeyboard(page: Page, withheld: string): Promise<void> {
  const keys = keyboard(page);
  await keys.tabTo('#mobile');
  await keys.type('5550000001');
  await keys.press('Enter');
  const otp = await page.getByTestId('otp').textContent();
  await keys.tabTo(otpField);
  await keys.type(otp ?? '');
  await keys.press('Enter');
  await keys.tabTo(`[data-doctype=${withheld}]`);
  await keys.press('Space');
  await keys.tabTo('[value=allow]');
  await keys.press('Enter');
}
