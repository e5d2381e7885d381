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
  sync(): void;
}

interface Prepared {
  name: string;
  /** What its rows look like; learned with the first answer. */
  columns: Column[] | undefined;
}

interface Column {
  name: string;
  parse: (text: string) => Value;
}

/** Most statements that one connection keeps prepared; our texts are constants, so this is a wall against a mistake. */
const preparedMax = 500;

/** The statements that a connection has prepared, by text. */
export class PreparedTexts {
  readonly known = new Map<string, Prepared>();
  private made = 0;
  newName(): string {
    this.made += 1;
    return `s${this.made}`;
  }
}

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
  private readonly learned: [string, Prepared][] = [];
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
    const known = prepared.known.get(text) ?? this.learned.find(([learned]) => learned === text)?.[1];
    if (known) return known;
    if (!learn || prepared.known.size + this.learned.length >= preparedMax) {
      wire.parse({ text, name: '' });
      return undefined;
    }
    const made: Prepared = { name: prepared.newName(), columns: undefined };
    this.learned.push([text, made]);
    wire.parse({ text, name: made.name });
    return made;
  }

  handleRowDescription({ fields }: { fields: { name: string; dataTypeID: number }[] }): void {
    this.columns = fields.map(({ name, dataTypeID }) => ({ name, parse: parserOf(dataTypeID) }));
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
    const prepared = this.running[this.answers.length];
    if (prepared && !prepared.columns) prepared.columns = this.columns ?? [];
    this.answers.push(this.current);
    this.columns = undefined;
    this.current = [];
  }

  handleReadyForQuery(): void {
    for (const [text, made] of this.learned) this.options.prepared.known.set(text, made);
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
