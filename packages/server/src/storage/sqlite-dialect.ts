import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { Row, Value } from './db.ts';

/** SQLite takes `?`; our texts say `$n`. `order` is the index of the parameter for each `?` in turn. */
interface Positional {
  sql: string;
  order: number[];
}

export function toPositional(sql: string): Positional {
  const order: number[] = [];
  const text = sql.replace(/\$(\d+)/g, (_, number: string) => {
    order.push(Number(number) - 1);
    return '?';
  });
  return { sql: text, order };
}

export interface PreparedStatement {
  statement: StatementSync;
  bind(params: readonly Value[]): Value[];
  all(params: readonly Value[]): Row[];
  get(params: readonly Value[]): Row | undefined;
}

/** Most statements that are kept prepared; our texts are constants, so this is only a wall against a mistake. */
const preparedMax = 500;

/** Prepares each text once for a connection. */
export function preparedStatements(connection: DatabaseSync) {
  const known = new Map<string, PreparedStatement>();
  return (sql: string): PreparedStatement => {
    const prepared = known.get(sql);
    if (prepared) return prepared;
    if (known.size >= preparedMax) throw new Error(`more than ${preparedMax} different statements`);
    const { sql: text, order } = toPositional(sql);
    const inOrder = order.every((index, position) => index === position);
    const statement = connection.prepare(text);
    // Values alone, since the engine's binding makes each column's name anew for each row: half the cost of a look-up by id.
    statement.setReturnArrays(true);
    const names = statement.columns().map(({ name }) => name);
    const bind = (params: readonly Value[]): Value[] =>
      inOrder && params.length === order.length
        ? (params as Value[])
        : order.map((index) => {
            const value = params[index];
            if (value === undefined) throw new Error(`parameter $${index + 1} is missing`);
            return value;
          });
    const made: PreparedStatement = {
      statement,
      bind,
      all: (params) => (statement.all(...bind(params)) as unknown as Value[][]).map((values) => rowOf(names, values)),
      get: (params) => {
        const values = statement.get(...bind(params)) as unknown as Value[] | undefined;
        return values && rowOf(names, values);
      },
    };
    known.set(sql, made);
    return made;
  };
}

function rowOf(names: readonly string[], values: readonly Value[]): Row {
  const row: Row = {};
  for (let index = 0; index < names.length; index += 1) row[names[index] as string] = values[index] as Value;
  return row;
}
