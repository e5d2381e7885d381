import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Page } from 'playwright-core';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

const looks = [
  { colorScheme: 'light', width: 1280 },
  { colorScheme: 'dark', width: 320 },
] as const;

/**
 * What axe-core finds wrong with the page that is open, in daylight and large, at night and small; and whether it is
 * wider than the smallest screen. The size is put back afterwards.
 */
export async function faults(page: Page): Promise<string[]> {
  const found: string[] = [];
  for (const { colorScheme, width } of looks) {
    await page.emulateMedia({ colorScheme });
    await page.setViewportSize({ width, height: 760 });
    await page.evaluate(axe);
    const where = `${await page.title()} (${colorScheme}, ${width} px)`;
    const violations = await page.evaluate<{ id: string; nodes: { html: string; failureSummary: string }[] }[]>(
      'axe.run(document, { resultTypes: ["violations"] }).then((result) => result.violations)',
    );
    for (const { id, nodes } of violations) {
      found.push(`${where}: ${id}: ${nodes.map((node) => `${node.html} ${node.failureSummary}`).join(' | ')}`);
    }
    const wide = await page.evaluate<number>('document.documentElement.scrollWidth');
    if (wide > width) found.push(`${where}: ${wide} px wide`);
  }
  return found;
}
