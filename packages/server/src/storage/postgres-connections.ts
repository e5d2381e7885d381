import { Pool, type PoolClient } from 'pg';
import { AppError } from '../domain/app-error.ts';
import type { Row } from './db.ts';
import { Batch, type Command, type PreparedTexts } from './postgres-batch.ts';
import { isLost, toAppError } from './postgres-errors.ts';

/** How long a new connection may take, and how long one may be waited for, ms. */
const connectMsMax = 3_000;
/** How long a statement waits for a row that another transaction holds, ms. */
const lockMsMax = 5_000;
/** How long a whole batch may take before its connection counts as dead, ms: a network can swallow an answer. */
const batchMsMax = 15_000;
/** An idle connection beyond the first is closed after this long, ms. */
const idleMsMax = 30_000;
/**
 * Every statement of ours goes by an index. Left alone, the server reads or sorts a whole table as long as it thinks it small, and that is what it
 * thinks of one that it has not counted yet, or never counts because it has one row; a plan made then is kept. (Sweeps that should
 * look at 500 entries took half of the database's time.) Options in the address take the place of these.
 */
const planOptions = '-c enable_seqscan=off -c enable_bitmapscan=off -c jit=off';

export interface ConnectionOptions {
  url: string;
  connectionsMax: number;
  /** How long one statement may take before the server ends it, ms. */
  statementMsMax: number;
  /** Called with the first use of each new connection; what it rejects with ends the connection. */
  check?: (lane: Lane) => Promise<void>;
}

/** One connection, for as long as somebody has it. */
export interface Lane {
  /**
   * Sends all of it in one piece and resolves to the rows of each. Without `learn` nothing stays prepared, so that
   * several batches may be under way at once.
   */
  run(commands: readonly Command[], options?: { learn: boolean; msMax?: number }): Promise<Row[][]>;
}

export interface Connections {
  /** Runs with a connection of its own. Rejects with what `work` does, or with `AppError`. */
  use<T>(work: (lane: Lane) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

/** Connections to one database: made when needed, kept, and replaced when they break. */
export function openConnections({ url, connectionsMax, statementMsMax, check }: ConnectionOptions): Connections {
  const lanes = new WeakMap<PoolClient, Lane>();
  const pool = new Pool({
    connectionString: url,
    max: connectionsMax,
    min: 1,
    pipeline: true,
    application_name: 'tijori',
    options: planOptions,
    connectionTimeoutMillis: connectMsMax,
    idleTimeoutMillis: idleMsMax,
    statement_timeout: statementMsMax,
    lock_timeout: lockMsMax,
    idle_in_transaction_session_timeout: batchMsMax,
    keepAlive: true,
  });
  // What breaks while nobody uses it is simply replaced; what breaks in use rejects there.
  pool.on('error', () => {});
  pool.on('connect', (client) => client.on('error', () => {}));

  const laneOf = async (client: PoolClient): Promise<Lane> => {
    const known = lanes.get(client);
    if (known) return known;
    const lane = openLane(client);
    await check?.(lane);
    lanes.set(client, lane);
    return lane;
  };

  return {
    async use(work) {
      let client: PoolClient;
      try {
        client = await pool.connect();
      } catch (error) {
        throw toAppError(error);
      }
      let broken = false;
      try {
        return await work(await laneOf(client));
      } catch (error) {
        broken = isLost(error);
        throw error;
      } finally {
        client.release(broken || client.getTransactionStatus() !== 'I');
      }
    },
    close: () => pool.end(),
  };
}

function openLane(client: PoolClient): Lane {
  const prepared: PreparedTexts = new Map();
  return {
    run: (commands, { learn, msMax = batchMsMax } = { learn: false }) =>
      new Promise((resolve, reject) => {
        const timer = setTimeout(() => {
          reject(new AppError('storage_unavailable', { detail: `database: no answer within ${msMax} ms` }));
          client.connection.stream.destroy();
        }, msMax);
        const settle = (error: unknown, rows: Row[][]) => {
          clearTimeout(timer);
          if (error === undefined) resolve(rows);
          else reject(error);
        };
        client.query(new Batch({ commands, prepared, learn, settle }));
      }),
  };
}
