import type { Cell, Row } from './text-rows.ts';

/** How far below its first line the next line of a value may be, in sizes of its letters: rows of a table are further apart. */
const nextLine = 1.6;
/** How exactly columns are kept, points. */
const column = 2;

/** A value under way: where its next line would begin. */
interface Open {
  label: string;
  lines: string[];
  x: number;
  labelX: number;
  row: Row;
}

/** A label in the form in which labels are compared: `Paid-up Capital (Rs.):` is `paid up capital`. */
export function labelOf(text: string): string {
  return text
    .toLowerCase()
    .replace(/\(.*?\)/g, ' ')
    .replace(/[^a-z0-9]+/g, ' ')
    .trim();
}

/**
 * What stands beside each of the labels, as often as the label stands there, by label. A value is all cells up to the next label of its
 * line, and the lines below it that begin in its column: so a value may say anything without being taken for a label.
 */
export function labelledValues(rows: readonly Row[], labels: ReadonlySet<string>): Map<string, string[]> {
  const found: Open[] = [];
  let open: Open[] = [];
  for (const row of rows) {
    if (goesOn(row, open)) continue;
    open = opened(row, labels);
    found.push(...open);
  }
  const values = new Map<string, string[]>();
  for (const { label, lines } of found) values.set(label, [...(values.get(label) ?? []), lines.join(' ').trim()]);
  return values;
}

/** Takes a row as the next line of what is open; `false` if it is something new. */
function goesOn(row: Row, open: readonly Open[]): boolean {
  const isBelow = ({ row: last }: Open) =>
    last.page === row.page && last.y - row.y <= nextLine * Math.max(row.size, last.size);
  const near = open.filter(isBelow);
  const targets = row.cells.map(({ x }) => near.find((one) => Math.abs(one.x - x) <= column));
  const isLabelLine = ({ x }: Cell) => near.some(({ labelX }) => Math.abs(labelX - x) <= column);
  if (near.length === 0 || !row.cells.every((cell, index) => targets[index] || isLabelLine(cell))) return false;
  for (const [index, { text }] of row.cells.entries()) targets[index]?.lines.push(text);
  for (const one of near) one.row = row;
  return true;
}

function opened(row: Row, labels: ReadonlySet<string>): Open[] {
  const open: Open[] = [];
  for (const { text, x } of row.cells) {
    const last = open.at(-1);
    // `Listed` beside `Listed` is what it says.
    const isAnswer = last?.lines.length === 0 && last.label === labelOf(text);
    if (labels.has(labelOf(text)) && !isAnswer) {
      open.push({ label: labelOf(text), lines: [], x: Number.NaN, labelX: x, row });
    } else if (last) {
      if (last.lines.length === 0) last.x = x;
      last.lines.push(text);
    } else {
      const [, label = '', value = ''] = /^(.{2,60}?)\s*:\s*(.+)$/.exec(text) ?? [];
      if (labels.has(labelOf(label)))
        open.push({ label: labelOf(label), lines: [value], x: Number.NaN, labelX: x, row });
    }
  }
  return open;
}
