import type { Browser, Page } from 'playwright-core';
import type { ScreenState } from './states.ts';

const origin = 'http://screens.test';
/** Of the window, px, before anybody makes it fit a page. */
export const windowHeight = 780;

export interface Look {
  colorScheme: 'light' | 'dark';
  width: number;
}

/** A browser page that shows states as the gateway would serve them, in one look. Nothing leaves the machine. */
export async function openCamera(browser: Browser, { colorScheme, width }: Look) {
  const context = await browser.newContext({
    colorScheme,
    viewport: { width, height: windowHeight },
    reducedMotion: 'reduce',
  });
  let html = '';
  await context.route('**/*', (route) => route.fulfill({ contentType: 'text/html; charset=utf-8', body: html }));
  const page = await context.newPage();
  return {
    page,
    async show(state: ScreenState): Promise<Page> {
      html = state.html.replace(/<meta http-equiv="refresh"[^>]*>/, '');
      await page.goto(`${origin}/shown`);
      return page;
    },
    close: () => context.close(),
  };
}
