import type { AppError } from '../domain/app-error.ts';
import type { Row, Value } from './db.ts';
import type { Command } from './postgres-batch.ts';
import type { Connections } from './postgres-connections.ts';
import { toPostgres } from './postgres-dialect.ts';
import { isLost, toAppError } from './postgres-errors.ts';
import { scopeCommand } from './postgres-scope.ts';

/** Most reads of one batch: a slow one holds up those behind it. */
const readsPerBatchMax = 64;

interface Read {
  command: Command;
  workspaceId: string | undefined;
  resolve: (rows: Row[]) => void;
  reject: (error: AppError) => void;
}

export interface PostgresReader {
  all(sql: string, params: readonly Value[], workspaceId?: string): Promise<Row[]>;
  /** Resolves when everything that was asked has its answer. */
  drain(): Promise<void>;
}

/**
 * Gathers the reads of one turn of the event loop and sends them together: one round trip, and the answers of a turn go
 * out back to back (as on SQLite, where the reasons stand). At most `batchesMax` are under way; what comes meanwhile
 * gathers for the next.
 */
export function postgresReader(connections: Connections, batchesMax: number): PostgresReader {
  const waiting: Read[] = [];
  let batches = 0;
  let open = 0;
  let scheduled = false;
  let drained: (() => void)[] = [];

  const send = () => {
    scheduled = false;
    while (batches < batchesMax && waiting.length > 0) {
      const reads = waiting.splice(0, readsPerBatchMax);
      batches += 1;
      void readTogether(reads).finally(() => {
        batches -= 1;
        send();
      });
    }
  };
  const readTogether = async (reads: Read[]) => {
    try {
      await connections.use(async (lane) => {
        try {
          const rows = await lane.run(asTransaction(reads), { learn: true });
          answer(reads, rows);
          return;
        } catch (error) {
          if (isLost(error)) throw error;
          await lane.run([rollback]);
        }
        // One of them is wrong. Each on its own, so that it fails alone.
        const results = await Promise.allSettled(reads.map((read) => lane.run([rollback, ...asTransaction([read])])));
        results.forEach((result, index) => {
          const read = reads[index] as Read;
          if (result.status === 'rejected') read.reject(toAppError(result.reason));
          else answer([read], result.value.slice(1));
        });
        await lane.run([rollback]);
      });
    } catch (error) {
      for (const read of reads) read.reject(toAppError(error));
    }
  };

  return {
    all: (sql, params, workspaceId) => {
      if (params.some(hasNul)) return Promise.resolve([]);
      open += 1;
      return new Promise<Row[]>((resolve, reject) => {
        waiting.push({ command: { text: toPostgres(sql), params }, workspaceId, resolve, reject });
        if (scheduled || batches >= batchesMax) return;
        scheduled = true;
        setImmediate(send);
      }).finally(() => {
        open -= 1;
        if (open > 0) return;
        for (const tell of drained) tell();
        drained = [];
      });
    },
    drain: () => (open === 0 ? Promise.resolve() : new Promise((resolve) => drained.push(resolve))),
  };
}

const rollback: Command = { text: 'rollback', params: [] };

/** The reads in order of workspace, so that for whom they are is said once for each. Sorts `reads` itself. */
function asTransaction(reads: Read[]): Command[] {
  const commands: Command[] = [{ text: 'begin read only', params: [] }];
  if (reads.length > 1) reads.sort((one, other) => compare(one.workspaceId ?? '', other.workspaceId ?? ''));
  reads.forEach(({ workspaceId, command }, index) => {
    if (index === 0 || workspaceId !== reads[index - 1]?.workspaceId) commands.push(scopeCommand(workspaceId));
    commands.push(command);
  });
  commands.push({ text: 'commit', params: [] });
  return commands;
}

/** PostgreSQL has no texts with a NUL in them, so no row has one; it would refuse the question, and with it the batch. */
function hasNul(value: Value): boolean {
  return typeof value === 'string' && value.includes('\0');
}

function compare(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0;
}

/** Hands out the rows: those of `begin`, of the scopes and of `commit` are nobody's. */
function answer(reads: readonly Read[], rows: readonly Row[][]): void {
  let at = 1;
  reads.forEach((read, index) => {
    if (index === 0 || read.workspaceId !== reads[index - 1]?.workspaceId) at += 1;
    read.resolve(rows[at] ?? []);
    at += 1;
  });
}
