import { type TurnWatch, turnWatch } from './turn-watch.ts';

/** A write that would wait for others for longer than this before it is on its way to the database is refused, ms. */
const commitWaitMsMax = 80;

interface Sources {
  /** How long a write that is handed in now will probably wait for others, ms. */
  commitWaitMs: () => number;
  turns?: TurnWatch;
}

export interface OverloadWatch {
  /** Whether the request that has just been read would be served too late. */
  isTooLate(mayWrite: boolean): boolean;
  /** Whether there is more at this moment than is done in time. */
  isFull(): boolean;
}

/**
 * Tells what is too much for this process: what its event loop cannot take in in time, and writes that its database cannot take in time. A database that stands
 * still for a moment is no reason to refuse as long as few wait for it.
 */
export function overloadWatch({ commitWaitMs, turns = turnWatch() }: Sources): OverloadWatch {
  return {
    isTooLate(mayWrite) {
      // First of all: it counts.
      const isLate = turns.isTooLate();
      return isLate || (mayWrite && commitWaitMs() > commitWaitMsMax);
    },
    isFull: () => turns.isFull || commitWaitMs() > commitWaitMsMax,
  };
}
