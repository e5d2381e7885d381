/**
 * `npm run screens [name]`: contact sheets of every state of the pages for people, in both themes and two sizes, of the languages, and
 * of the demo with dialog, frame and window, into docs/screens. Look at them after each change of looks or words. With a name, only states that have it in
 * theirs, each as a picture of its own in a temporary folder.
 */
import { mkdirSync, mkdtempSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { launchChromium } from '../e2e/browser/chromium.ts';
import { openStage } from '../e2e/browser/stage.ts';
import { type Look, openCamera, windowHeight } from '../e2e/screens/camera.ts';
import { journeyPictures, type Picture } from '../e2e/screens/journey.ts';
import { languageStates, type ScreenState, screenStates } from '../e2e/screens/states.ts';
import { findProgram } from './needs.ts';

interface SheetForm {
  name: string;
  /** Width of one picture on the sheet, px, and how many stand beside one another. */
  picture: number;
  columns: number;
}

interface Sheet extends Look, SheetForm {
  states: readonly ScreenState[];
}

/** Sheets that are made on the way. */
const journeys: readonly (Look & SheetForm)[] = (['light', 'dark'] as const).flatMap((colorScheme) => [
  { name: `demo-wide-${colorScheme}`, colorScheme, width: 1280, picture: 420, columns: 3 },
  { name: `demo-phone-${colorScheme}`, colorScheme, width: 360, picture: 180, columns: 7 },
]);

const sheets: readonly Sheet[] = [
  ...(['light', 'dark'] as const).flatMap((colorScheme) => [
    { name: `wide-${colorScheme}`, states: screenStates, colorScheme, width: 1280, picture: 300, columns: 6 },
    { name: `phone-${colorScheme}`, states: screenStates, colorScheme, width: 360, picture: 165, columns: 10 },
  ]),
  { name: 'languages-light', states: languageStates, colorScheme: 'light', width: 360, picture: 190, columns: 8 },
  { name: 'languages-dark', states: languageStates, colorScheme: 'dark', width: 360, picture: 150, columns: 9 },
];

async function pictures(browser: Browser, sheet: Sheet, states: readonly ScreenState[]): Promise<Picture[]> {
  const camera = await openCamera(browser, sheet);
  const taken: Picture[] = [];
  for (const state of states) {
    const page = await camera.show(state);
    // A bar that sticks to the foot of a window would stand in the middle of a long picture.
    const height = await page.evaluate<number>('document.documentElement.scrollHeight');
    await page.setViewportSize({ width: sheet.width, height });
    taken.push({ name: state.name, jpeg: await page.screenshot({ fullPage: true, type: 'jpeg', quality: 80 }) });
    await page.setViewportSize({ width: sheet.width, height: windowHeight });
  }
  await camera.close();
  return taken;
}

async function drawSheet(browser: Browser, sheet: SheetForm, taken: readonly Picture[], path: string): Promise<void> {
  const figures = taken.map(
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
if (!executablePath) throw new Error('npm run screens needs Chromium: apt install chromium-headless-shell');
const browser = await launchChromium(executablePath);
const [wanted] = process.argv.slice(2);
try {
  if (wanted === undefined) {
    const folder = join(import.meta.dirname, '../docs/screens');
    mkdirSync(folder, { recursive: true });
    const draw = async (sheet: SheetForm, taken: readonly Picture[]) => {
      const path = join(folder, `${sheet.name}.jpg`);
      await drawSheet(browser, sheet, taken, path);
      console.log(`${sheet.name}.jpg: ${taken.length} pictures, ${Math.round(statSync(path).size / 1000)} kB`);
    };
    for (const sheet of sheets) await draw(sheet, await pictures(browser, sheet, sheet.states));
    const stage = await openStage(executablePath);
    try {
      for (const sheet of journeys) await draw(sheet, await journeyPictures(stage, sheet));
    } finally {
      await stage.close();
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
