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
  /** The text for many rows, by the types of their values. */
  texts: Map<string, string>;
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

/** From so many rows on they come as one list for each column. */
const listedRowsMin = 3;

/**
 * One insert for many rows: one statement costs the server far less than as many as there are rows. The rows come as lists, one a column, which `unnest`
 * makes rows of again: a text for each number of rows, and a parameter for each value, cost more to send and more to take in.
 */
export function manyRows(insert: PlainInsert, rows: readonly (readonly Value[])[]): Command[] {
  if (rows.length < listedRowsMin) return rows.map((params) => ({ text: `${insert.head} (${insert.values})`, params }));
  const columns = Array.from({ length: insert.paramsPerRow }, (_, at) => listOf(rows, at));
  const types = columns.map(({ type }) => type).join();
  const text = insert.texts.get(types) ?? listedText(insert, columns);
  insert.texts.set(types, text);
  return [{ text, params: columns.flatMap(({ type, list }) => (type === 'null' ? [] : [list])) }];
}

/** Columns hold texts and whole numbers (`Value`). `null`: every row has null there, which says nothing about the column. */
interface ColumnList {
  type: 'text' | 'bigint' | 'null';
  /** PostgreSQL's own text for an array. */
  list: string;
}

function listOf(rows: readonly (readonly Value[])[], at: number): ColumnList {
  let type: ColumnList['type'] = 'null';
  const values: (string | number | null)[] = [];
  for (const row of rows) {
    const value = row[at] ?? null;
    if (typeof value === 'string') type = 'text';
    else if (value !== null && type === 'null') type = 'bigint';
    values.push(typeof value === 'bigint' ? String(value) : value);
  }
  return { type, list: `{${listText(values)}}` };
}

/** An escape of JSON's other than those of `"` and `\\`: the only two that PostgreSQL knows as well. */
const foreignEscape = /\\[^"\\]/;

/** Values as they stand in PostgreSQL's text for an array, which nearly always is JSON's: the engine writes that in one go. */
function listText(values: readonly (string | number | null)[]): string {
  const json = JSON.stringify(values);
  if (!foreignEscape.test(json)) return json.slice(1, -1);
  return values
    .map((value) => (typeof value === 'string' ? `"${value.replace(/["\\]/g, '\\$&')}"` : String(value)))
    .join();
}

function listedText({ head, values }: PlainInsert, columns: readonly ColumnList[]): string {
  const listed = columns.flatMap(({ type }, at) => (type === 'null' ? [] : [{ type, name: `p${at + 1}` }]));
  const lists = listed.map(({ type }, at) => `$${at + 1}::${type}[]`).join(', ');
  const names = listed.map(({ name }) => name).join(', ');
  const row = values.replace(/\$(\d+)/g, (_, number: string) =>
    columns[Number(number) - 1]?.type === 'null' ? 'null' : `listed.p${number}`,
  );
  return `${head.replace(/\s*values$/i, '')} select ${row} from unnest(${lists}) as listed (${names})`;
}
