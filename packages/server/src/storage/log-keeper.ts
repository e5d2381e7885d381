import type { FoldOutcome } from './sqlite-connection.ts';

/** The log is folded into the database once this many groups were written since the last time … */
const groupsPerFold = 400;
/** … or when nothing was written for this long, ms. */
const idleMsUsual = 500;
/** What could not be done in such a pause, for want of room or because a reader was in the way, is tried again after this, ms. */
const againMsUsual = 5_000;

/** Keeps the log short. */
export interface LogKeeper {
  /** Another group is in the log. */
  grown(): void;
  close(): Promise<void>;
}

/** Folds on a thread of its own, each time it is asked to, and tells what came of it. */
export interface Checkpointer {
  fold(): void;
  close(): Promise<void>;
}

interface LogKeeperOptions {
  /** Folds on the writer's connection; `empty`: leaves nothing in the log file if nobody reads from it. Waits for nobody. */
  foldHere(how: 'fold' | 'empty'): FoldOutcome;
  startCheckpointer(answered: (outcome: FoldOutcome) => void): Checkpointer;
  idleMs?: number;
  againMs?: number;
}

/**
 * While much is written, the checkpointer folds beside us; only what came in meanwhile is folded here, a small rest, since the log
 * begins anew only when it was folded to its very end. When nothing is written there is nobody to hold up, and the file is emptied too: it
 * holds what was erased until then (privacy, Redaction). The checkpointer is made when it is first needed: most gateways never write
 * so much at a time.
 *
 * A fold for which the disk has no room is no failed write: what it would have moved stays in the log, which is as durable.
 */
export function openLogKeeper(options: LogKeeperOptions): LogKeeper {
  const { foldHere, startCheckpointer, idleMs = idleMsUsual, againMs = againMsUsual } = options;
  /** Since a fold was last begun. */
  let groups = 0;
  /** What a process that was killed has left is here too. */
  let isEmpty = false;
  let folding = false;
  let isClosed = false;
  let checkpointer: Checkpointer | undefined;
  let again: NodeJS.Timeout | undefined;
  const whenIdle = () => {
    if (folding || isEmpty) return;
    groups = 0;
    isEmpty = foldHere('empty') === 'done';
    clearTimeout(again);
    // Whoever has written by then has a pause of his own after it.
    if (!isEmpty) again = setTimeout(() => groups === 0 && whenIdle(), againMs);
  };
  const idle = setTimeout(whenIdle, idleMs);
  const answered = (outcome: FoldOutcome) => {
    if (isClosed) return;
    folding = false;
    groups = 0;
    if (outcome === 'done') foldHere('fold');
    idle.refresh();
  };
  return {
    grown() {
      groups += 1;
      isEmpty = false;
      idle.refresh();
      if (folding || groups < groupsPerFold) return;
      folding = true;
      checkpointer ??= startCheckpointer(answered);
      checkpointer.fold();
    },
    async close() {
      isClosed = true;
      clearTimeout(idle);
      clearTimeout(again);
      await checkpointer?.close();
    },
  };
}
