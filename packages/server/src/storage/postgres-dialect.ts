import type { Statement, Value } from './db.ts';
import type { Command } from './postgres-batch.ts';

/**
 * A statement as PostgreSQL gets it. One with `expectRows` raises an error when it touches another number of rows, since
 * nobody on our side can look before the commit that is already on its way; dividing by zero is the only way to raise one
 * that needs no function in the database.
 */
export function guarded({ sql, params, expectRows }: Statement): Command {
  const text = toPostgres(sql);
  if (expectRows === undefined) return { text, params };
  return {
    text: `with changed as (${text} returning 1)
           select 1 / (case when count(*) = ${expectRows} then 1 else 0 end) as held from changed`,
    params,
  };
}

const engineComment = /\/\*\s*postgres:(.*?)\*\//g;

/** `/* postgres: for update skip locked *\/` is a comment for SQLite and part of the text here. */
export function toPostgres(sql: string): string {
  return sql.includes('/*') ? sql.replace(engineComment, '$1') : sql;
}

/** An insert of one row whose text allows for more of them: no conflict clause, no query in the place of the values. */
export interface PlainInsert {
  head: string;
  /** The row between its parentheses. */
  values: string;
  paramsPerRow: number;
  /** The text for each number of rows that came up. */
  texts: Map<number, string>;
}

const insertShape = /^\s*(insert\s+into\s+\w+\s*\([^()]*\)\s*values)\s*\(([^()]*)\)\s*$/i;

/** Reads a statement as a plain insert, or says that it is none. Texts are constants, so each is read once. */
export function plainInserts(): (statement: Statement) => PlainInsert | undefined {
  const known = new Map<string, PlainInsert | undefined>();
  return ({ sql, expectRows }) => {
    if (expectRows !== undefined) return undefined;
    if (!known.has(sql)) {
      const [, head, values] = insertShape.exec(sql) ?? [];
      const numbers = [...(values ?? '').matchAll(/\$(\d+)/g)].map((match) => Number(match[1]));
      const insert =
        head && values ? { head, values, paramsPerRow: Math.max(0, ...numbers), texts: new Map() } : undefined;
      known.set(sql, insert);
    }
    return known.get(sql);
  };
}

/** Most rows of one statement. Rows come in powers of two, so that a handful of texts does for any number of them. */
const rowsMax = 64;

/** One insert for many rows: one statement costs the server far less than as many as there are rows. */
export function manyRows(insert: PlainInsert, rows: readonly (readonly Value[])[]): Command[] {
  const commands: Command[] = [];
  for (let at = 0; at < rows.length; ) {
    let count = rowsMax;
    while (count > rows.length - at) count /= 2;
    const params: Value[] = [];
    for (const row of rows.slice(at, at + count)) for (const value of row) params.push(value);
    commands.push({ text: textFor(insert, count), params });
    at += count;
  }
  return commands;
}

function textFor({ head, values, paramsPerRow, texts }: PlainInsert, count: number): string {
  const known = texts.get(count);
  if (known !== undefined) return known;
  const rows = Array.from({ length: count }, (_, row) =>
    values.replace(/\$(\d+)/g, (_, number: string) => `$${Number(number) + row * paramsPerRow}`),
  );
  const text = `${head} ${rows.map((row) => `(${row})`).join(', ')}`;
  texts.set(count, text);
  return text;
}
