import { once } from 'node:events';
import type { DatabaseSync } from 'node:sqlite';
import { parentPort, receiveMessageOnPort, Worker, workerData } from 'node:worker_threads';
import type { Statement } from './db.ts';
import type { SetOutcome } from './group-commit.ts';
import { groupCommit } from './group-commit.ts';
import { checkpoint, openForWriting } from './sqlite-connection.ts';
import { type EncodedGroup, groupDecoder } from './writer-wire.ts';

/**
 * The worker that holds the only writing connection of the gateway: commits wait for the disk here and not on the
 * event loop (design §4). All that has come while it was busy is one group, one commit. It answers a group as soon as it is
 * on disk and only then thinks of the log.
 */

type Message = EncodedGroup | 'close';

/** Once a group has so many change sets, the rest is left for the next: a bound on how long one commit can hold up others. */
const setsPerGroupMax = 256;
/** The log is folded into the database once this many groups were written since the last time … */
const groupsPerCheckpoint = 400;
/** … or when nothing was written for this long, ms. */
const idleBeforeCheckpointMs = 500;
/** After a fold the log file is cut back to this, so that one burst does not leave a large file behind. */
const logBytesKept = 32 * 1024 * 1024;
/** The checkpointer makes hardly an object, MB. */
const checkpointerYoungMb = 1;

function run(port: NonNullable<typeof parentPort>): void {
  const path = workerData.path as string;
  const connection = openForWriting(path);
  connection.exec(`pragma wal_autocheckpoint = 0; pragma journal_size_limit = ${logBytesKept};`);
  const commit = groupCommit(connection);
  const decode = groupDecoder();
  const log = openLogKeeper(connection, path);
  const close = async () => {
    await log.close();
    connection.close();
    port.postMessage('closed');
    port.close();
  };

  port.on('message', (first: Message) => {
    const sets: Statement[][] = [];
    let message: Message | undefined = first;
    while (message !== undefined && message !== 'close') {
      for (const set of decode(message)) sets.push(set);
      message = sets.length < setsPerGroupMax ? receiveMessageOnPort(port)?.message : undefined;
    }
    if (sets.length > 0) {
      port.postMessage(compact(commit(sets)));
      log.grown();
    }
    if (message === 'close') void close();
  });
  port.postMessage('open');
}

/** Keeps the log short. */
interface LogKeeper {
  /** Another group is in the log. */
  grown(): void;
  close(): Promise<void>;
}

/**
 * While much is written, the checkpointer folds beside us; only what came in meanwhile is folded here, a small rest, since the log
 * begins anew only when it was folded to its very end. When nothing is written there is nobody to hold up. The checkpointer is made
 * when it is first needed: most gateways never write so much at a time.
 */
function openLogKeeper(connection: DatabaseSync, path: string): LogKeeper {
  let groups = 0;
  let checkpointer: Worker | undefined;
  let folding = false;
  const foldHere = () => {
    groups = 0;
    checkpoint(connection);
  };
  const idle = setTimeout(() => groups > 0 && !folding && foldHere(), idleBeforeCheckpointMs);
  const start = () => {
    const made = new Worker(new URL('./sqlite-thread.js', import.meta.url), {
      workerData: { path, role: 'checkpointer' },
      resourceLimits: { maxYoungGenerationSizeMb: checkpointerYoungMb },
    });
    made.on('message', () => {
      folding = false;
      foldHere();
    });
    // A disk that refuses a fold ends the writer as one that refuses a write.
    made.on('error', (error) => {
      throw error;
    });
    return made;
  };
  return {
    grown() {
      groups += 1;
      idle.refresh();
      if (folding || groups < groupsPerCheckpoint) return;
      folding = true;
      checkpointer ??= start();
      checkpointer.postMessage('fold');
    },
    async close() {
      clearTimeout(idle);
      if (!checkpointer) return;
      const exited = once(checkpointer, 'exit');
      checkpointer.postMessage('close');
      await exited;
    },
  };
}

/** The usual answer, "all of them committed", is one number: posting a list costs more than the commit's bookkeeping. */
function compact(outcomes: SetOutcome[]): number | SetOutcome[] {
  return outcomes.every((each) => 'outcome' in each && each.outcome === 'committed') ? outcomes.length : outcomes;
}

if (parentPort) run(parentPort);
