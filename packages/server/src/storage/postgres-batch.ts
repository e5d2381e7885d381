import { type Connection, Query } from 'pg';
import type { Row, Value } from './db.ts';

/** One statement of a batch, in PostgreSQL's own SQL. */
export interface Command {
  text: string;
  params: readonly Value[];
}

/** What `pg` lets a query send; its type declarations ask for arguments that it does not take. */
interface Wire {
  stream: { cork(): void; uncork(): void };
  parse(message: { text: string; name: string }): void;
  bind(message: { statement: string; values: (string | null)[] }): void;
  describe(message: { type: 'P'; name: '' }): void;
  execute(message: null): void;
  close(message: { type: 'S'; name: string }): void;
  sync(): void;
}

interface Prepared {
  name: string;
  /** What its rows look like. Until that is learned, nobody can say whether the server has it: its batch may have failed before or behind it. */
  columns: Column[] | undefined;
}

interface Column {
  name: string;
  parse: (text: string) => Value;
}

/** Most statements that one connection keeps prepared; our texts are constants, so this is a wall against a mistake. */
const preparedMax = 500;

/** The statements of a connection that stay prepared, by text. Each text has one name for good: the server keeps them whatever becomes of the transaction. */
export type PreparedTexts = Map<string, Prepared>;

interface BatchOptions {
  commands: readonly Command[];
  prepared: PreparedTexts;
  /** Whether new texts stay prepared. Only for a batch that has its connection to itself. */
  learn: boolean;
  settle: (error: unknown, rows: Row[][]) => void;
}

/**
 * Several statements on their way in one piece: all of them are sent before the first answer comes, with one sync at the
 * end (PostgreSQL protocol, "Pipelining"). So a group costs one round trip, whatever is in it. When one fails the server
 * skips the rest, and the whole batch rejects.
 */
export class Batch extends Query {
  private readonly options: BatchOptions;
  private readonly answers: Row[][] = [];
  /** What each command runs as; undefined for one that is not kept prepared. */
  private readonly running: (Prepared | undefined)[] = [];
  private columns: Column[] | undefined;
  private current: Row[] = [];

  constructor(options: BatchOptions) {
    super('');
    this.options = options;
    this.submit = (connection: Connection) => this.send(connection as unknown as Wire);
  }

  private send(wire: Wire): null {
    wire.stream.cork();
    try {
      for (const { text, params } of this.options.commands) {
        const prepared = this.prepare(wire, text);
        this.running.push(prepared);
        wire.bind({ statement: prepared?.name ?? '', values: params.map(toText) });
        if (!prepared?.columns) wire.describe({ type: 'P', name: '' });
        wire.execute(null);
      }
      wire.sync();
    } finally {
      wire.stream.uncork();
    }
    return null;
  }

  private prepare(wire: Wire, text: string): Prepared | undefined {
    const { prepared, learn } = this.options;
    const known = prepared.get(text);
    if (known && (known.columns || this.running.includes(known))) return known;
    if (!learn || (!known && prepared.size >= preparedMax)) {
      wire.parse({ text, name: '' });
      return undefined;
    }
    // Closing one that is not there is no error; making one that is would be.
    if (known) wire.close({ type: 'S', name: known.name });
    const made = known ?? { name: `s${prepared.size + 1}`, columns: undefined };
    prepared.set(text, made);
    wire.parse({ text, name: made.name });
    return made;
  }

  handleRowDescription({ fields }: { fields: { name: string; dataTypeID: number }[] }): void {
    this.columns = fields.map(({ name, dataTypeID }) => ({ name, parse: parserOf(dataTypeID) }));
    this.learnColumns(this.columns);
  }

  handleDataRow({ fields }: { fields: (string | null)[] }): void {
    const columns = this.columns ?? this.running[this.answers.length]?.columns ?? [];
    const row: Row = {};
    for (let index = 0; index < columns.length; index += 1) {
      const { name, parse } = columns[index] as Column;
      const text = fields[index];
      row[name] = text === null || text === undefined ? null : parse(text);
    }
    this.current.push(row);
  }

  handleCommandComplete(): void {
    this.learnColumns(this.columns ?? []);
    this.answers.push(this.current);
    this.columns = undefined;
    this.current = [];
  }

  /** The server has got so far, so it has the statement, even if it fails in its run: a compare-and-set that is lost. */
  private learnColumns(columns: Column[]): void {
    const prepared = this.running[this.answers.length];
    if (prepared && !prepared.columns) prepared.columns = columns;
  }

  handleReadyForQuery(): void {
    this.options.settle(undefined, this.answers);
  }

  handleError(error: unknown): void {
    this.options.settle(error ?? new Error('the batch failed'), []);
  }
}

function toText(value: Value): string | null {
  return value === null ? null : String(value);
}

/** Object identifiers of PostgreSQL's built-in types (pg_type.dat). */
const numberTypes = new Set([20, 21, 23, 700, 701, 1700]);
const booleanType = 16;

/** Rows look as SQLite's do: whole numbers as numbers (times and sizes are far below 2^53), truth as 0 and 1. */
function parserOf(type: number): (text: string) => Value {
  if (numberTypes.has(type)) return Number;
  if (type === booleanType) return (text) => (text === 't' ? 1 : 0);
  return (text) => text;
}
