import type { Db, Row, Statement, Value } from '../storage/db.ts';

/** A column whose texts are sealed, or are wrapped keys. */
export interface SealedColumn {
  table: string;
  column: string;
  /** Primary key. */
  key: readonly string[];
  /** What else its seal is bound to, and where that stands if not in the table itself. */
  also: readonly string[];
  join?: string;
}

/** Goes through sealed columns in the order of their primary keys, so that whoever is interrupted can begin anew. */
export function sealedTextsStore(db: Db) {
  return {
    /** Up to `limit` rows after a key, each with `sealed`, its key and what the seal is bound to. */
    async page(source: SealedColumn, after: readonly Value[], limit: number): Promise<Row[]> {
      const { table, column, key, also, join = '' } = source;
      const isFirst = after.length === 0;
      const keys = key.map((name) => `${table}.${name}`);
      const from = isFirst ? '' : `and (${keys.join(', ')}) > (${keys.map((_, index) => `$${index + 2}`).join(', ')})`;
      const columns = [`${table}.${column} as sealed`, ...keys, ...also].join(', ');
      return db.all(
        `select ${columns} from ${table} ${join} where ${table}.${column} is not null ${from}
         order by ${keys.join(', ')} limit $1`,
        isFirst ? [limit] : [limit, ...after],
      );
    },
    /** Another text in the place of `from`; conflicts when that is no longer there. */
    replacement({ table, column, key }: SealedColumn, row: Row, to: string): Statement {
      const isRow = key.map((name, index) => `${name} = $${index + 3}`).join(' and ');
      return {
        sql: `update ${table} set ${column} = $1 where ${column} = $2 and ${isRow}`,
        params: [to, row.sealed ?? null, ...key.map((name) => row[name] ?? null)],
        expectRows: 1,
      };
    },
  };
}
