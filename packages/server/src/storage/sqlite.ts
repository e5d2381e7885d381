import type { DatabaseSync } from 'node:sqlite';
import { Worker } from 'node:worker_threads';
import { AppError } from '../domain/app-error.ts';
import { commitWait } from './commit-wait.ts';
import type { CommitOutcome, Db, Statement } from './db.ts';
import { groupCommit, type SetOutcome } from './group-commit.ts';
import { migrate } from './migrate.ts';
import { openForReading, openForWriting } from './sqlite-connection.ts';
import { directReader, groupedReader, type Reader } from './sqlite-reader.ts';
import { groupEncoder } from './writer-wire.ts';

interface SqliteOptions {
  /** File, or `:memory:` for tests: then everything runs on one connection in this thread. */
  path: string;
  now: () => number;
  /**
   * Called once when a write to the disk itself failed. The kernel may have dropped the page, so a second sync would
   * lie: no further write is taken, and the caller should end the process (acceptance G4).
   */
  onBroken?: (detail: string) => void;
}

/** Opens (and, if need be, creates and migrates) the embedded database. */
export async function openSqlite({ path, now, onBroken = () => {} }: SqliteOptions): Promise<Db> {
  const main = openForWriting(path);
  migrate(main, now());
  if (path === ':memory:') {
    const commit = groupCommit(main);
    return assemble(main, directReader(main), inlineWriter(commit));
  }
  main.close();
  const writer = workerWriter(path, onBroken);
  const connection = openForReading(path);
  return assemble(connection, groupedReader(connection), writer);
}

function assemble(connection: DatabaseSync, reader: Reader, writer: Writer): Db {
  return {
    all: reader.all,
    get: reader.get,
    commit: writer.commit,
    commitWaitMs: writer.commitWaitMs,
    async close() {
      await writer.close();
      connection.close();
    },
  };
}

interface Writer {
  commit(changes: readonly Statement[]): Promise<CommitOutcome>;
  commitWaitMs(): number;
  close(): Promise<void>;
}

function inlineWriter(commit: ReturnType<typeof groupCommit>): Writer {
  return {
    commit: async (changes) => settle(commit([changes])[0]),
    commitWaitMs: () => 0,
    close: async () => {},
  };
}

/** The writer's short-lived objects need little room; left alone, V8 would let them take far more, MB. */
const writerYoungMb = 8;
/** With so many change sets on their way to the disk, others gather here: where they can still be refused. */
const setsUnderwayMax = 512;
/** So many change sets are worth a commit of their own, if the writer has nothing else to do. */
const setsForIdleWriter = 8;
/** Most change sets that may wait; past it a write is refused rather than kept in memory without end. */
const setsWaitingMax = 20_000;

interface Waiting {
  changes: readonly Statement[];
  resolve: (outcome: CommitOutcome) => void;
  reject: (error: AppError) => void;
}

/**
 * Hands change sets to the writer thread at the end of each turn of the event loop. What comes there while a group is on its
 * way to the disk is its next group. So the group grows with the load, a lone write never waits for company, and the writer
 * never waits for this thread, which may have a turn's requests to read first. It answers in the order of the sets.
 *
 * The thread is not waited for: it takes a tenth of a second to begin, in which the rest of the house is put together.
 */
function workerWriter(path: string, onBroken: (detail: string) => void): Writer {
  const worker = new Worker(new URL('./sqlite-thread.js', import.meta.url), {
    workerData: { path, role: 'writer' },
    resourceLimits: { maxYoungGenerationSizeMb: writerYoungMb },
  });
  const encode = groupEncoder();
  const wait = commitWait(setsUnderwayMax);
  /** When the writer began with what it is at, ms. */
  let beganMs = 0;
  let waiting: Waiting[] = [];
  let underway: Waiting[] = [];
  let scheduled = false;
  let isOpen = false;
  let broken: string | undefined;
  let drained: (() => void) | undefined;

  const send = () => {
    scheduled = false;
    if (waiting.length === 0 || underway.length >= setsUnderwayMax) return;
    if (underway.length === 0) beganMs = performance.now();
    const group = waiting.splice(0, setsUnderwayMax - underway.length);
    for (const each of group) underway.push(each);
    worker.postMessage(encode(group.map((each) => each.changes)));
  };
  const breakDown = (detail: string) => {
    if (broken !== undefined) return;
    broken = detail;
    for (const each of [...underway, ...waiting]) each.reject(new AppError('internal', { detail }));
    underway = [];
    waiting = [];
    // One that could not even be opened has the first commits fail, which ends the start with a reason.
    if (isOpen) onBroken(detail);
    drained?.();
  };
  const receive = (answer: 'open' | number | SetOutcome[]) => {
    if (answer === 'open') {
      isOpen = true;
      return;
    }
    const done = underway.splice(0, typeof answer === 'number' ? answer : answer.length);
    const nowMs = performance.now();
    wait.note(nowMs - beganMs);
    beganMs = nowMs;
    if (!scheduled) send();
    if (typeof answer === 'number') for (const each of done) each.resolve('committed');
    else for (const [index, each] of done.entries()) settle(answer[index]).then(each.resolve, each.reject);
    const io = typeof answer === 'number' ? undefined : answer.find((each) => 'fault' in each && each.fault === 'io');
    if (io && 'detail' in io) breakDown(`the disk refused a write: ${io.detail}`);
    if (underway.length === 0 && waiting.length === 0) drained?.();
  };

  const ended = new Promise<void>((resolve) => worker.once('exit', () => resolve()));
  worker.on('message', receive);
  worker.on('error', (error) => breakDown(`the writer died: ${error instanceof Error ? error.message : 'unknown'}`));

  return {
    commit: (changes) =>
      new Promise((resolve, reject) => {
        if (broken !== undefined) return reject(new AppError('internal', { detail: broken }));
        if (waiting.length >= setsWaitingMax) {
          return reject(new AppError('overloaded', { detail: 'too many writes are waiting' }));
        }
        waiting.push({ changes, resolve, reject });
        // The writer stands idle: it may begin while the rest of this turn is still being read.
        if (underway.length === 0 && waiting.length >= setsForIdleWriter) return send();
        if (scheduled || underway.length >= setsUnderwayMax) return;
        scheduled = true;
        // Not at once: requests that arrived in the same turn of the loop share the commit.
        setImmediate(send);
      }),
    commitWaitMs: () => wait.ofMs(waiting.length),
    async close() {
      if (broken === undefined && (underway.length > 0 || waiting.length > 0 || scheduled)) {
        await new Promise<void>((resolve) => {
          drained = resolve;
        });
      }
      worker.removeListener('message', receive);
      worker.postMessage('close');
      await ended;
    },
  };
}

async function settle(outcome: SetOutcome | undefined): Promise<CommitOutcome> {
  if (outcome && 'outcome' in outcome) return outcome.outcome;
  throw new AppError(outcome?.fault === 'full' ? 'storage_full' : 'internal', {
    detail: outcome?.detail ?? 'no answer',
  });
}
