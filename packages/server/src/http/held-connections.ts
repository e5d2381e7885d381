import type { Socket } from 'node:net';
import { performance } from 'node:perf_hooks';

/** While others are served, one held connection is read again for so many of them: what refusals may cost in all. */
const servedPerWoken = 8;
/** How often connections are woken, ms; under load with each turn of the event loop. */
const wakeEveryMs = 10;
/** When the event loop had nothing to do for half of that time, so many are. */
const wokenAtRest = 64;
/** None is held for longer than this, ms. */
const heldMsMax = 5_000;
/** What has waited on a held connection for longer than this would be answered too late to be worth it, ms. */
const staleMs = 100;

interface Loop {
  now: () => number;
  /** How long the event loop has had nothing to do, in all, ms. */
  idleMs: () => number;
  after: (ms: number, then: () => void) => void;
  /** Calls back when everything of the present turn has been read. */
  atEnd: (then: () => void) => void;
}

const eventLoop: Loop = {
  now: () => performance.now(),
  idleMs: () => performance.eventLoopUtilization().idle,
  after: (ms, then) => void setTimeout(then, ms).unref(),
  atEnd: setImmediate,
};

type Connection = Pick<Socket, 'pause' | 'resume' | 'destroyed'>;

/**
 * Connections whose last request was refused are not read from for a while. To refuse costs a quarter to a third of what it costs to serve, so a
 * server that refuses all that comes at once has no time left for what it could serve; what it does not read costs it nothing. They are read
 * again one by one, the longest held first: together they would fill a turn with refusals.
 */
export function heldConnections({ now, idleMs, after, atEnd }: Loop = eventLoop) {
  /** Since when, in the order in which they were held. */
  const held = new Map<Connection, number>();
  const stale = new Set<Connection>();
  let isPlanned = false;
  let served = 0;
  /** When the next waking was planned, and how long the loop had rested until then. */
  let plannedMs = 0;
  let restedMs = 0;

  const plan = () => {
    if (isPlanned || held.size === 0) return;
    isPlanned = true;
    plannedMs = now();
    restedMs = idleMs();
    after(wakeEveryMs, wake);
  };
  const wake = () => {
    isPlanned = false;
    const nowMs = now();
    const isAtRest = idleMs() - restedMs > (nowMs - plannedMs) / 2;
    let left = Math.max(isAtRest ? wokenAtRest : 1, Math.floor(served / servedPerWoken));
    served = 0;
    for (const [connection, sinceMs] of held) {
      const heldMs = nowMs - sinceMs;
      if (left <= 0 && heldMs < heldMsMax) break;
      left -= 1;
      held.delete(connection);
      if (connection.destroyed) continue;
      if (heldMs > staleMs) stale.add(connection);
      connection.resume();
    }
    // What waits on them is read in this very turn.
    if (stale.size > 0) atEnd(() => stale.clear());
    plan();
  };
  return {
    hold(connection: Connection): void {
      connection.pause();
      held.set(connection, now());
      plan();
    },
    /** For how long the next will probably be held, ms: as long as the one that has been longest. */
    get heldMs(): number {
      const [sinceMs] = held.values();
      return sinceMs === undefined ? 0 : now() - sinceMs;
    },
    noteServed(): void {
      served += 1;
    },
    /** Whether what has just been read from this connection has waited on it while it was held. */
    hasWaited: (connection: Connection): boolean => stale.size > 0 && stale.has(connection),
  };
}
