/**
 * `npm run screens [name]`: contact sheets of every state of the pages for people, in both themes and two sizes, and of the
 * languages, into docs/screens. Look at them after each change of looks or words. With a name, only states that have it in
 * theirs, each as a picture of its own in a temporary folder.
 */
import { mkdirSync, mkdtempSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { launchChromium } from '../e2e/browser/chromium.ts';
import { type Look, openCamera } from '../e2e/screens/camera.ts';
import { languageStates, type ScreenState, screenStates } from '../e2e/screens/states.ts';
import { findProgram } from './needs.ts';

interface Sheet extends Look {
  name: string;
  states: readonly ScreenState[];
  /** Width of one picture on the sheet, px, and how many stand beside one another. */
  picture: number;
  columns: number;
}

const sheets: readonly Sheet[] = [
  ...(['light', 'dark'] as const).flatMap((colorScheme) => [
    { name: `wide-${colorScheme}`, states: screenStates, colorScheme, width: 1280, picture: 300, columns: 6 },
    { name: `phone-${colorScheme}`, states: screenStates, colorScheme, width: 360, picture: 165, columns: 10 },
  ]),
  { name: 'languages-light', states: languageStates, colorScheme: 'light', width: 360, picture: 240, columns: 6 },
  { name: 'languages-dark', states: languageStates, colorScheme: 'dark', width: 360, picture: 150, columns: 9 },
];

async function pictures(browser: Browser, sheet: Sheet, states: readonly ScreenState[]) {
  const camera = await openCamera(browser, sheet);
  const taken: { name: string; jpeg: Buffer }[] = [];
  for (const state of states) {
    const page = await camera.show(state);
    taken.push({ name: state.name, jpeg: await page.screenshot({ fullPage: true, type: 'jpeg', quality: 80 }) });
  }
  await camera.close();
  return taken;
}

async function drawSheet(browser: Browser, sheet: Sheet, path: string): Promise<void> {
  const figures = (await pictures(browser, sheet, sheet.states)).map(
    ({ name, jpeg }) =>
      `<figure><img src="data:image/jpeg;base64,${jpeg.toString('base64')}"><figcaption>${name}</figcaption></figure>`,
  );
  const page = await browser.newPage({ viewport: { width: sheet.columns * (sheet.picture + 16) + 32, height: 600 } });
  await page.setContent(`<!doctype html><meta charset="utf-8"><style>
body{margin:16px;background:#8a8f98;font:12px/1.4 system-ui;columns:${sheet.columns};column-gap:16px}
figure{margin:0 0 14px;break-inside:avoid}img{width:100%;display:block}figcaption{padding:2px 0;color:#fff}</style>
${figures.join('\n')}`);
  await page.screenshot({ path, fullPage: true, type: 'jpeg', quality: 50 });
  await page.close();
}

const executablePath = findProgram('chromium');
if (!executablePath) throw new Error('npm run screens needs Chromium: apt install chromium');
const browser = await launchChromium(executablePath);
const [wanted] = process.argv.slice(2);
try {
  if (wanted === undefined) {
    const folder = join(import.meta.dirname, '../docs/screens');
    mkdirSync(folder, { recursive: true });
    for (const sheet of sheets) {
      const path = join(folder, `${sheet.name}.jpg`);
      await drawSheet(browser, sheet, path);
      console.log(`${sheet.name}.jpg: ${sheet.states.length} states, ${Math.round(statSync(path).size / 1000)} kB`);
    }
  } else {
    const folder = mkdtempSync(join(tmpdir(), 'tijori-screens-'));
    for (const sheet of sheets) {
      const states = sheet.states.filter(({ name }) => name.includes(wanted));
      const camera = await openCamera(browser, sheet);
      for (const state of states) {
        const page = await camera.show(state);
        await page.screenshot({
          path: join(folder, `${state.name.replace(/\W+/g, '-')}-${sheet.name}.png`),
          fullPage: true,
        });
      }
      await camera.close();
    }
    console.log(folder);
  }
} finally {
  await browser.close();
}
