import type { Director } from '../../domain/document-data.ts';
import { isoDate } from '../../domain/iso-date.ts';
import { labelOf } from './labelled-values.ts';
import type { Found } from './read-company.ts';
import type { Cell, Row } from './text-rows.ts';

const headings: readonly string[] = [
  'directors and signatories',
  'directors signatories',
  'directors signatory details',
  'director signatory details',
  'directors',
];
/** What may come after them. */
const nextHeadings: readonly string[] = [
  'charges',
  'charge details',
  'index of charges',
  'company',
  'company details',
  'company information',
  'capital and filings',
];
/** Columns of a table, by their heads. */
const columns = {
  din: ['din', 'din pan', 'din dpin pan', 'din dpin'],
  name: ['name', 'director name', 'name of director'],
  appointedOn: ['begin date', 'date of appointment', 'appointment date', 'appointed on'],
} as const;

/** Most people that a company is taken to have. */
const directorsMax = 200;
/** How far down the rest of a name may stand, in sizes of its letters. */
const nextLine = 1.6;

type Column = keyof typeof columns;

/**
 * The people below the heading for them: a name beside `DIN 99999999, since 1 July 2014`, or a table with a head. All of them, or, where a
 * single line of it is not understood, none.
 */
export function readDirectors(rows: readonly Row[], labels: ReadonlySet<string>): Found<Director[]> {
  const at = rows.findIndex(({ cells }) => cells.length === 1 && headings.includes(labelOf(cells[0]?.text ?? '')));
  if (at === -1) return { unread: 'not_in_document' };
  const section = sectionAfter(rows.slice(at + 1), labels);
  const head = section?.[0] && headOf(section[0]);
  const found = section === null ? null : head ? fromTable(section.slice(1), head) : fromPairs(section);
  return found === null || found.length > directorsMax ? { unread: 'not_understood' } : { value: found };
}

/** Up to a line that is known to come after it; null if another line ends it, since people could stand below that. */
function sectionAfter(rows: readonly Row[], labels: ReadonlySet<string>): Row[] | null {
  const section: Row[] = [];
  for (const row of rows) {
    const last = section.at(-1);
    const [first] = row.cells;
    const isRest = last && last.page === row.page && last.y - row.y <= nextLine * row.size;
    if (row.cells.some(({ text }) => labels.has(labelOf(text)))) return section;
    if (row.cells.length === 1 && !isRest) return nextHeadings.includes(labelOf(first?.text ?? '')) ? section : null;
    section.push(row);
  }
  return section;
}

function fromPairs(rows: readonly Row[]): Director[] | null {
  const found: Director[] = [];
  for (const { cells } of rows) {
    const [left, right, ...more] = cells;
    const last = found.at(-1);
    if (!left || more.length > 0) return null;
    if (!right) {
      if (!last) return null;
      last.name += ` ${left.text}`;
      continue;
    }
    const [, din, since] = /^DIN:? ?(\d{8}),? since (.+)$/i.exec(right.text) ?? [];
    const appointedOn = isoDate(since ?? null);
    if (!din || !appointedOn) return null;
    found.push({ name: left.text, din, appointedOn });
  }
  return found;
}

type Head = { column: Column | null; x: number }[];

function headOf({ cells }: Row): Head | null {
  const head = cells.map(({ text, x }) => ({
    column:
      (Object.keys(columns) as Column[]).find((name) => columns[name].some((one) => one === labelOf(text))) ?? null,
    x,
  }));
  return head.some(({ column }) => column === 'din') && head.some(({ column }) => column === 'name') ? head : null;
}

function fromTable(rows: readonly Row[], head: Head): Director[] | null {
  const found: Director[] = [];
  for (const { cells } of rows) {
    const texts: Record<Column, string> = { din: '', name: '', appointedOn: '' };
    for (const cell of cells) {
      const column = columnOf(cell, head);
      if (column === undefined) return null;
      if (column) texts[column] = `${texts[column]} ${cell.text}`.trim();
    }
    const last = found.at(-1);
    if (texts.din === '' && texts.appointedOn === '' && last) {
      last.name = `${last.name} ${texts.name}`.trim();
      continue;
    }
    const appointedOn = /^[-–—]?$/.test(texts.appointedOn) ? null : isoDate(texts.appointedOn);
    if (texts.name === '' || (appointedOn === null && !/^[-–—]?$/.test(texts.appointedOn))) return null;
    found.push({ name: texts.name, din: /^\d{8}$/.test(texts.din) ? texts.din : null, appointedOn });
  }
  return found;
}

/** The column whose head stands nearest; undefined if it stands between two. */
function columnOf({ x }: Cell, head: Head): Column | null | undefined {
  const byDistance = head
    .map(({ column, x: headX }) => ({ column, distance: Math.abs(headX - x) }))
    .sort((left, right) => left.distance - right.distance);
  const [nearest, second] = byDistance;
  if (!nearest || (second && second.distance < 2 * nearest.distance)) return undefined;
  return nearest.column;
}
