import axe from 'axe-core';
import type { Page } from 'playwright-core';

/** What axe-core says, as far as it is told on. */
interface Violation {
  id: string;
  nodes: { html: string; failureSummary: string }[];
}

/** At night and small only the rules that look at colours and sizes can come out otherwise. */
const looks = [
  { colorScheme: 'light', width: 1280, rules: {} },
  {
    colorScheme: 'dark',
    width: 320,
    rules: { runOnly: ['color-contrast', 'link-in-text-block', 'target-size', 'scrollable-region-focusable'] },
  },
] as const;

/**
 * What axe-core finds wrong with the page that is open, in daylight and large, at night and small; and whether it is
 * wider than the smallest screen.
 */
export async function faults(page: Page): Promise<string[]> {
  const found: string[] = [];
  await page.evaluate(axe.source);
  for (const { colorScheme, width, rules } of looks) {
    await page.emulateMedia({ colorScheme });
    await page.setViewportSize({ width, height: 760 });
    const where = `${await page.title()} (${colorScheme}, ${width} px)`;
    const options = JSON.stringify({ resultTypes: ['violations'], ...rules });
    const violations = await page.evaluate<Violation[]>(
      `axe.run(document, ${options}).then((result) => result.violations)`,
    );
    for (const { id, nodes } of violations) {
      found.push(`${where}: ${id}: ${nodes.map((node) => `${node.html} ${node.failureSummary}`).join(' | ')}`);
    }
    const wide = await page.evaluate<number>('document.documentElement.scrollWidth');
    if (wide > width) found.push(`${where}: ${wide} px wide`);
  }
  return found;
}

/**
 * Runs in a page or frame: what cannot be read in it, because it sticks out of the window, is cut off by a box around it, or does not
 * fit into its own. What is only for screen readers is left out.
 */
const unreadable = `(() => {
  const found = [];
  const tell = (element, what) => found.push(what + ': ' + element.textContent.trim().replace(/\\s+/g, ' ').slice(0, 60));
  const hasText = (element) => [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim() !== '');
  const wide = document.documentElement.scrollWidth;
  if (wide > innerWidth) found.push('the page is ' + wide + ' px wide in ' + innerWidth);
  for (const element of document.body.querySelectorAll('*')) {
    if (!hasText(element) || element.closest('.unseen, script, style, svg') || !element.checkVisibility()) continue;
    const { left, right, top, bottom } = element.getBoundingClientRect();
    if (left < -1 || right > innerWidth + 1) tell(element, 'sticks out of the window');
    const { clientHeight, clientWidth, scrollHeight, scrollWidth } = element;
    if (clientHeight > 0 && (scrollHeight > clientHeight + 4 || scrollWidth > clientWidth + 1)) tell(element, 'does not fit');
    for (let box = element.parentElement; box && box !== document.body; box = box.parentElement) {
      const { overflowX, overflowY } = getComputedStyle(box);
      const edge = box.getBoundingClientRect();
      if (/hidden|clip/.test(overflowX) && (left < edge.left - 1 || right > edge.right + 1)) tell(element, 'is cut off');
      if (/hidden|clip/.test(overflowY) && (top < edge.top - 1 || bottom > edge.bottom + 1)) tell(element, 'is cut off');
    }
  }
  return found;
})()`;

/** A window of 1280 × 760, twice as large: everything in it (zoom), or its letters alone (the browser's setting for them). */
const enlargements = [
  { how: 'zoom of 200 %', width: 640, height: 380, scale: 2, letter: 16 },
  { how: 'letters of 200 %', width: 1280, height: 760, scale: 1, letter: 32 },
] as const;

/** What is lost in a page, or in any frame of it, when a person enlarges it to 200 % (WCAG 2.2, 1.4.4 and 1.4.10). Leaves it at 100 %. */
export async function lossesAtDoubleSize(page: Page): Promise<string[]> {
  const devtools = await page.context().newCDPSession(page);
  const found: string[] = [];
  const enlarge = async (width: number, height: number, deviceScaleFactor: number, letter: number) => {
    await devtools.send('Emulation.setDeviceMetricsOverride', { width, height, deviceScaleFactor, mobile: false });
    await devtools.send('Page.setFontSizes', { fontSizes: { standard: letter, fixed: letter } });
  };
  for (const { how, width, height, scale, letter } of enlargements) {
    await enlarge(width, height, scale, letter);
    for (const frame of page.frames()) {
      const title = await frame.title();
      const losses = await frame.evaluate<string[]>(unreadable);
      found.push(...losses.map((loss) => `${title} (${how}): ${loss}`));
    }
  }
  await devtools.send('Page.setFontSizes', { fontSizes: { standard: 16, fixed: 13 } });
  await devtools.send('Emulation.clearDeviceMetricsOverride');
  await devtools.detach();
  return found;
}
