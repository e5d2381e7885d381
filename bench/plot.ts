import type { Figures, Goal, Panel } from './figures.ts';
import { isReached, plotBars } from './plot-bars.ts';
import { plotLines } from './plot-lines.ts';
import { type Box, plotWidth, shown, text, textWidth, wrapped } from './plot-text.ts';

/**
 * Figures as an SVG that stands alone: a card with its own ground, in the colours of the reader's theme where the viewer tells it, and legible on
 * either where not. No script, no font of its own.
 */
export function draw({ title, date, machine, conditions, panels }: Figures): string {
  const left = 24;
  const box: Box = { left, right: plotWidth - left };
  const parts: string[] = [];
  let y = 38;
  parts.push(text(left, y, title, 'title'));
  y += 8;
  for (const line of wrapped(`${date}; ${machine}. ${conditions}`, box.right - box.left, 12)) {
    y += 17;
    parts.push(text(left, y, line, 'quiet'));
  }
  for (const panel of panels) {
    y += 38;
    parts.push(heading(panel, box, y));
    y += 14;
    const drawn = panel.lines ? plotLines(panel, { ...box, top: y }) : plotBars(panel, { ...box, top: y });
    parts.push(drawn.svg);
    y += drawn.height;
  }
  const height = y + 22;
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${plotWidth}" height="${height}" viewBox="0 0 ${plotWidth} ${height}" role="img" aria-label="${title}">
<style>${style}</style>
<rect class="ground" x="0.5" y="0.5" width="${plotWidth - 1}" height="${height - 1}" rx="8"/>
${parts.join('\n')}
</svg>
`;
}

/** What the panel shows and, at its other end, what was to be reached and whether it was. */
function heading(panel: Panel, { left, right }: Box, y: number): string {
  const name = text(left, y, panel.unit ? `${panel.title}, ${panel.unit}` : panel.title, 'name');
  if (!panel.goal) return name;
  const reached = isReached(panel);
  const words = `to reach: ${wordsOf(panel.goal)}, ${reached ? 'reached' : 'not reached'}`;
  const from = right - textWidth(words, 12) - 22;
  const key = `<line class="goal" x1="${from}" x2="${from + 16}" y1="${y - 4}" y2="${y - 4}"/>`;
  return [name, key, text(right, y, words, reached ? 'quiet end' : 'missed end')].join('\n');
}

function wordsOf({ value, is }: Goal): string {
  return `${is} ${shown(value)}`;
}

const style = `
text{font:12px system-ui,-apple-system,"Segoe UI","Liberation Sans",Arial,sans-serif;fill:#1f2328}
.title{font-size:16px;font-weight:600}.name{font-weight:600}.quiet{fill:#59636e}.missed{fill:#b35900;font-weight:600}
.end{text-anchor:end}.middle{text-anchor:middle}
.ground{fill:#fff;stroke:#d1d9e0}.bar{fill:#0b6bcb}.baseline{fill:#a9b4c0}.axis{stroke:#d1d9e0}
.goal{stroke:#b35900;stroke-width:1.5;stroke-dasharray:4 3}
.line{fill:none;stroke-width:1.5}.line0{stroke:#0b6bcb}.line1{stroke:#7a8794}.line2{stroke:#8250df}.dot0{fill:#0b6bcb}.dot1{fill:#7a8794}.dot2{fill:#8250df}
@media(prefers-color-scheme:dark){
text{fill:#f0f6fc}.quiet{fill:#9198a1}.missed{fill:#f0a04b}.ground{fill:#0d1117;stroke:#3d444d}
.bar{fill:#4493f8}.baseline{fill:#59636e}.axis{stroke:#3d444d}.goal{stroke:#f0a04b}
.line0{stroke:#4493f8}.line1{stroke:#9198a1}.line2{stroke:#a371f7}.dot0{fill:#4493f8}.dot1{fill:#9198a1}.dot2{fill:#a371f7}}`;
