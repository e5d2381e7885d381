import { once } from 'node:events';
import { parentPort, receiveMessageOnPort, Worker, workerData } from 'node:worker_threads';
import type { Statement } from './db.ts';
import type { SetOutcome } from './group-commit.ts';
import { groupCommit } from './group-commit.ts';
import { type Checkpointer, openLogKeeper } from './log-keeper.ts';
import { checkpoint, emptyLog, type FoldOutcome, openForWriting } from './sqlite-connection.ts';
import { type EncodedGroup, groupDecoder } from './writer-wire.ts';

/**
 * The worker that holds the only writing connection of the gateway: commits wait for the disk here and not on the
 * event loop (design §4). All that has come while it was busy is one group, one commit. It answers a group as soon as it is
 * on disk and only then thinks of the log.
 */

type Message = EncodedGroup | 'close';

/** Once a group has so many change sets, the rest is left for the next: a bound on how long one commit can hold up others. */
const setsPerGroupMax = 256;
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
  const log = openLogKeeper({
    foldHere: (how) => (how === 'empty' ? emptyLog(connection) : checkpoint(connection)),
    startCheckpointer: (answered) => startCheckpointer(path, answered),
  });
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

function startCheckpointer(path: string, answered: (outcome: FoldOutcome) => void): Checkpointer {
  const worker = new Worker(new URL('./sqlite-thread.js', import.meta.url), {
    workerData: { path, role: 'checkpointer' },
    resourceLimits: { maxYoungGenerationSizeMb: checkpointerYoungMb },
  });
  worker.on('message', answered);
  // A disk that fails a fold ends the writer as one that fails a write.
  worker.on('error', (error) => {
    throw error;
  });
  return {
    fold: () => worker.postMessage('fold'),
    async close() {
      const exited = once(worker, 'exit');
      worker.postMessage('close');
      await exited;
    },
  };
}

/** The usual answer, "all of them committed", is one number: posting a list costs more than the commit's bookkeeping. */
function compact(outcomes: SetOutcome[]): number | SetOutcome[] {
  return outcomes.every((each) => 'outcome' in each && each.outcome === 'committed') ? outcomes.length : outcomes;
}

if (parentPort) run(parentPort);
