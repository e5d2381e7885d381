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
