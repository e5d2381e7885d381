import { readable } from './readable.ts';
import type { Screen, Style } from './screen.ts';

/** One column of a table: how a row shows in it. */
export interface Column<Row> {
  title: string;
  text: (row: Row) => string;
  style?: (row: Row) => Style | undefined;
  /**
   * Where the terminal is too narrow: may be cut with …, at its end or its front, and left out where too little would be left of it (the last
   * such column first).
   */
  mayShrink?: boolean | 'front';
}

const gap = '  ';
/** Less of a cell says nothing. */
const shrunkMin = 12;
const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' });

/** Rows under their titles, aligned; on a terminal cut to its width where a column may be. */
export function tableText<Row>(rows: readonly Row[], all: readonly Column<Row>[], screen: Screen): string {
  const { columns, cells, widths } = layout(rows, all, screen.width());
  const line = (texts: readonly string[], styles: readonly (Style | undefined)[]) => {
    const last = texts.findLastIndex((text) => text !== '');
    const parts = texts.slice(0, last + 1).map((text, i) => {
      const shown = cut(text, widths[i] ?? 0, columns[i]?.mayShrink === 'front');
      const space = i === last ? '' : ' '.repeat((widths[i] ?? 0) - lengthOf(shown));
      const style = styles[i];
      return (style ? screen.paint(style, shown) : shown) + space;
    });
    return parts.join(gap);
  };
  const titles = line(
    columns.map(({ title }) => title),
    columns.map(() => 'bold'),
  );
  const body = rows.map((row, r) =>
    line(
      cells[r] ?? [],
      columns.map(({ style }) => style?.(row)),
    ),
  );
  return `${[titles, ...body].join('\n')}\n`;
}

/** Names and what they are, one a line, aligned. */
export function fieldsText(fields: readonly (readonly [name: string, value: string])[], screen: Screen): string {
  const width = Math.max(...fields.map(([name]) => lengthOf(name)));
  return fields
    .map(
      ([name, value]) => `${screen.paint('bold', name)}${' '.repeat(width - lengthOf(name))}${gap}${readable(value)}\n`,
    )
    .join('');
}

interface Layout<Row> {
  columns: readonly Column<Row>[];
  cells: string[][];
  widths: number[];
}

/** The columns for which there is room, and how wide each is. */
function layout<Row>(rows: readonly Row[], columns: readonly Column<Row>[], room: number): Layout<Row> {
  const cells = rows.map((row) => columns.map(({ text }) => readable(text(row))));
  const wanted = columns.map(({ title }, i) =>
    Math.max(lengthOf(title), ...cells.map((line) => lengthOf(line[i] ?? ''))),
  );
  const widths = fitted(wanted, columns, room);
  const width = widths.reduce((sum, each) => sum + each + gap.length, -gap.length);
  const last = columns.findLastIndex(({ mayShrink }) => mayShrink);
  if (width <= room || last === -1) return { columns, cells, widths };
  return layout(rows, columns.toSpliced(last, 1), room);
}

/** The widths that the terminal has room for: the columns that may shrink give what is missing, the widest first. */
function fitted<Row>(wanted: readonly number[], columns: readonly Column<Row>[], room: number): number[] {
  const widths = [...wanted];
  let excess = widths.reduce((sum, width) => sum + width + gap.length, -gap.length) - room;
  while (excess > 0) {
    const able = widths.map((width, i) => (columns[i]?.mayShrink && width > shrunkMin ? width : 0));
    const widest = Math.max(...able);
    if (widest === 0) break;
    const i = able.indexOf(widest);
    widths[i] = widest - 1;
    excess -= 1;
  }
  return widths;
}

function cut(text: string, width: number, fromFront: boolean): string {
  if (lengthOf(text) <= width) return text;
  const characters = [...graphemes.segment(text)].map(({ segment }) => segment);
  if (fromFront) return `…${characters.slice(1 - width).join('')}`;
  return `${characters.slice(0, width - 1).join('')}…`;
}

/** Characters as a person counts them. */
function lengthOf(text: string): number {
  return /^[ -~]*$/.test(text) ? text.length : [...graphemes.segment(text)].length;
}
