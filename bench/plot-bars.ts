import type { Panel } from './figures.ts';
import { type Box, round, shown, text, textWidth } from './plot-text.ts';

const rowPx = 24;
const barPx = 14;

/** One bar below the other from a common zero, with a line where the goal is. */
export function plotBars({ bars = [], goal }: Panel, { left, right, top }: Box & { top: number }) {
  const widest = (words: readonly string[]) => Math.max(0, ...words.map((each) => textWidth(each, 12)));
  const from = Math.min(left + widest(bars.map(({ label }) => label)) + 12, left + 0.5 * (right - left));
  const to = right - widest(bars.map(({ value }) => shown(value))) - 8;
  const most = Math.max(...bars.map(({ value }) => value), goal?.value ?? 0) || 1;
  const x = (value: number) => from + ((to - from) * Math.max(0, value)) / most;
  const rows = bars.map(({ label, value, isBaseline }, index) => {
    const y = top + index * rowPx;
    const end = x(value);
    return [
      text(left, y + 12, label, isBaseline ? 'quiet' : ''),
      `<rect class="${isBaseline ? 'baseline' : 'bar'}" x="${round(from)}" y="${y + 1}" width="${round(Math.max(1, end - from))}" height="${barPx}" rx="2"/>`,
      text(
        Math.max(end, past(end, goal && x(goal.value), shown(value))) + 6,
        y + 12,
        shown(value),
        isBaseline ? 'quiet' : '',
      ),
    ].join('\n');
  });
  const height = bars.length * rowPx;
  const line = goal
    ? `<line class="goal" x1="${round(x(goal.value))}" x2="${round(x(goal.value))}" y1="${top - 3}" y2="${top + height - 5}"/>`
    : '';
  return { svg: [...rows, line].join('\n'), height };
}

/** Where a value may stand that would lie across the line of the goal: behind it. */
function past(end: number, goal: number | undefined, words: string): number {
  if (goal === undefined || goal < end || end + 6 + textWidth(words, 12) < goal - 2) return end;
  return goal;
}

/** Whether all that has to reach the goal does: every bar of ours, every point of each line. */
export function isReached({ bars = [], lines = [], goal }: Panel): boolean {
  if (!goal) return true;
  const values = [
    ...bars.filter(({ isBaseline }) => !isBaseline).map(({ value }) => value),
    ...lines.flatMap(({ points }) => points.map(([, value]) => value)),
  ];
  return values.every((value) => (goal.is === 'at least' ? value >= goal.value : value <= goal.value));
}
