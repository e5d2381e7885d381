import { performance } from 'node:perf_hooks';

/**
 * How long the event loop works between two looks at what has come in, ms. A request that is read later has waited for so long already, and
 * with its own work and the commit would be answered when its client has given up.
 */
const turnMsMax = 30;
/** … and how long it takes in what comes in one burst. */
const burstMsMax = 75;
/** Either way so many are taken in. If fewer take so long, it is the machine that is slow, and refusing them helps nobody. */
const turnRequestsMin = 128;

/**
 * Turns that are too long for less than this are what a pause of the machine leaves over, and are worked off, ms (the interval of CoDel, RFC 8289). When something was
 * refused within the last second, they are more of the same flood.
 */
const patienceMs = 150;
const floodMs = 1_000;

/** When it had nothing to do for so long, an earlier long turn says nothing about the next, ms. */
const restMs = 100;

interface Turns {
  now: () => number;
  /** How long the event loop has had nothing to do, in all, ms. */
  idleMs: () => number;
  /** Calls back when everything of the present turn has been read. */
  atEnd: (then: () => void) => void;
}

const eventLoop: Turns = {
  now: () => performance.now(),
  idleMs: () => performance.eventLoopUtilization().idle,
  atEnd: setImmediate,
};

export interface TurnWatch {
  /** Whether the request that has just been read came too late in its turn. */
  isTooLate(): boolean;
  /** Whether the turn before this one was too long: more comes than is done. */
  readonly isFull: boolean;
}

/**
 * Tells when a server is given more than it can do: each turn of the event loop reads what has come in since the one before, and sends what was done meanwhile,
 * so turns grow until one takes longer than clients wait. A burst, or what a pause of the collector or of the machine leaves over, is worked
 * off, as far as it goes; when turns stay long, what comes late in them is refused.
 *
 * The measure is time, not a number of requests under way: those that wait for EntityLocker cost nothing meanwhile, and a
 * number that fits one machine fits no other.
 */
export function turnWatch({ now, idleMs, atEnd }: Turns = eventLoop): TurnWatch {
  let isBegun = false;
  /** Of the present turn: since when the loop has worked without rest, and since when it has read requests. */
  let workedSinceMs = 0;
  let readSinceMs = 0;
  let taken = 0;
  let endedMs = now();
  let idleAtEndMs = idleMs();
  let lastWasLong = false;
  /** Since when turns have been too long, one after the other. */
  let longSinceMs = 0;
  let refusedMs = Number.NEGATIVE_INFINITY;

  const end = () => {
    endedMs = now();
    idleAtEndMs = idleMs();
    isBegun = false;
    const isLong = endedMs - workedSinceMs > turnMsMax && taken >= turnRequestsMin;
    if (isLong && !lastWasLong) longSinceMs = workedSinceMs;
    lastWasLong = isLong;
  };
  const begin = (nowMs: number) => {
    const restedMs = idleMs() - idleAtEndMs;
    isBegun = true;
    readSinceMs = nowMs;
    workedSinceMs = endedMs + restedMs;
    taken = 0;
    if (restedMs > restMs) lastWasLong = false;
    atEnd(end);
  };

  const isLate = (nowMs: number) => {
    if (nowMs - readSinceMs > burstMsMax) return true;
    const isPatient = nowMs - longSinceMs <= patienceMs && nowMs - refusedMs > floodMs;
    return lastWasLong && nowMs - workedSinceMs > turnMsMax && !isPatient;
  };

  return {
    isTooLate() {
      const nowMs = now();
      if (!isBegun) begin(nowMs);
      if (taken >= turnRequestsMin && isLate(nowMs)) {
        refusedMs = nowMs;
        return true;
      }
      taken += 1;
      return false;
    },
    get isFull() {
      return lastWasLong;
    },
  };
}
