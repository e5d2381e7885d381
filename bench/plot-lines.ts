import type { Panel } from './figures.ts';
import { type Box, round, shown, text, textWidth } from './plot-text.ts';

const heightPx = 150;
/** Below the lines: their moments, and what each of them is. */
const footPx = 42;

/** Values over time from zero, so that a slope looks as steep as it is. */
export function plotLines({ lines = [], goal, timeUnit = '' }: Panel, { left, right, top }: Box & { top: number }) {
  const points = lines.flatMap((line) => line.points);
  const most = Math.max(...points.map(([, value]) => value), goal?.value ?? 0) * 1.05 || 1;
  const last = Math.max(...points.map(([at]) => at)) || 1;
  const ticks = [0, most / 2.1, most / 1.05];
  const from = left + Math.max(...ticks.map((tick) => textWidth(shown(tick), 12))) + 8;
  const x = (at: number) => round(from + ((right - from) * at) / last);
  const y = (value: number) => round(top + heightPx * (1 - value / most));
  const axes = ticks.map((tick) =>
    [
      `<line class="axis" x1="${from}" x2="${right}" y1="${y(tick)}" y2="${y(tick)}"/>`,
      text(from - 6, y(tick) + 4, shown(tick), 'quiet end'),
    ].join('\n'),
  );
  const moments = [0, last / 2, last].map((at, index) =>
    text(x(at), top + heightPx + 17, `${shown(at)} ${timeUnit}`, `quiet ${['', 'middle', 'end'][index]}`),
  );
  const drawn = lines.map(
    ({ points: own }, index) =>
      `<polyline class="line line${index}" points="${own.map(([at, value]) => `${x(at)},${y(value)}`).join(' ')}"/>`,
  );
  let keyX = from;
  const keys = lines.map(({ label }, index) => {
    const at = keyX;
    keyX += textWidth(label, 12) + 34;
    const keyY = top + heightPx + 37;
    return `<rect class="dot${index}" x="${round(at)}" y="${keyY - 8}" width="10" height="8" rx="1"/>\n${text(at + 15, keyY, label, '')}`;
  });
  const line = goal
    ? `<line class="goal" x1="${from}" x2="${right}" y1="${y(goal.value)}" y2="${y(goal.value)}"/>`
    : '';
  return { svg: [...axes, line, ...drawn, ...moments, ...keys].join('\n'), height: heightPx + footPx };
}
