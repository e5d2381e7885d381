import { parentPort, receiveMessageOnPort, workerData } from 'node:worker_threads';
import type { Statement } from './db.ts';
import type { SetOutcome } from './group-commit.ts';
import { groupCommit } from './group-commit.ts';
import { openForWriting } from './sqlite-connection.ts';
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

function run(port: NonNullable<typeof parentPort>): void {
  const connection = openForWriting(workerData.path as string);
  connection.exec(`pragma wal_autocheckpoint = 0; pragma journal_size_limit = ${logBytesKept};`);
  const commit = groupCommit(connection);
  const decode = groupDecoder();
  let groupsSinceCheckpoint = 0;

  const checkpoint = () => {
    groupsSinceCheckpoint = 0;
    // Nobody writes meanwhile and readers are brief, so this folds the whole log and the next write starts it anew.
    connection.exec('pragma wal_checkpoint(passive)');
  };
  const idle = setTimeout(() => groupsSinceCheckpoint > 0 && checkpoint(), idleBeforeCheckpointMs);

  const close = () => {
    clearTimeout(idle);
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
      groupsSinceCheckpoint += 1;
      if (groupsSinceCheckpoint >= groupsPerCheckpoint) checkpoint();
      idle.refresh();
    }
    if (message === 'close') close();
  });
  port.postMessage('open');
}

/** The usual answer, "all of them committed", is one number: posting a list costs more than the commit's bookkeeping. */
function compact(outcomes: SetOutcome[]): number | SetOutcome[] {
  return outcomes.every((each) => 'outcome' in each && each.outcome === 'committed') ? outcomes.length : outcomes;
}

if (parentPort) run(parentPort);
