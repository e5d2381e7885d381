import type { Page } from 'playwright-core';

const stopsMax = 40;

/** A person without a mouse: Tab, Space, Enter, and typing. */
export function keyboard(page: Page) {
  return {
    /** Tabs to what this selector names; the outline must be there to be seen. */
    async tabTo(selector: string): Promise<void> {
      await page.locator(selector).first().waitFor();
      for (let stops = 0; stops <= stopsMax; stops += 1) {
        const here = `document.activeElement?.matches(${JSON.stringify(selector)})`;
        if (await page.evaluate<boolean | undefined>(here)) break;
        if (stops === stopsMax) throw new Error(`Tab does not reach ${selector} on ${page.url()}`);
        await page.keyboard.press('Tab');
      }
      const outline = await page.evaluate<string>('getComputedStyle(document.activeElement).outlineStyle');
      if (outline === 'none') throw new Error(`${selector} on ${page.url()} has focus, and nothing shows it`);
    },
    press: (key: 'Space' | 'Enter') => page.keyboard.press(key),
    type: (text: string) => page.keyboard.type(text),
  };
}
