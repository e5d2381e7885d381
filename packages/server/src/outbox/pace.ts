/** How often it is judged anew, ms. */
const sliceMs = 50;
/** After so long without a wish nothing of it says anything about the next, ms. */
const staleMs = 1_000;
/** From this share of its time on a process counts as full: callers who wait for the disk leave gaps that no load of theirs fills. */
const fullFrom = 0.6;
/** How much the newest slice counts against those before: a pause for the disk or the collector is no room. */
const newestShare = 0.4;
/** What the pace is multiplied with after a slice in which the process was full, and after one with room. */
const slower = 0.5;
const faster = 1.25;
/** What an attempt costs, in calls. */
const callsPerAttempt = 4;
/** Callers whose part of the work is smaller than this are not what fills a process: a backlog is. */
const callersShareMin = 0.25;
/** So many attempts a second begin in any case (docs/webhooks.md). */
const perSecondMin = 100;
/** Past this there is nothing to hold back. */
const perSecondMax = 2_000;

/**
 * Lets deliveries give way to calls. One event loop does both, and an attempt costs as much as several calls: of a burst of sessions, half as
 * many would be made in time while their events, which can wait, go out beside them. While callers fill the process, fewer attempts begin with
 * each slice, down to `perSecondMin`; where there is room, more do, and without callers as many as can.
 */
export interface Pace {
  /** Whether callers have filled the process when it was judged last, a moment ago. */
  readonly isSlow: boolean;
  /** A call came. */
  noteCall(): void;
  /** Whether another attempt may begin now; if so, it is counted. */
  mayBegin(): boolean;
}

/** @param busy Which share of its time the process has worked since it was asked last, 0 to 1. */
export function openPace(busy: () => number, now: () => number = () => performance.now()): Pace {
  let perSecond = Number.POSITIVE_INFINITY;
  let allowed = Number.POSITIVE_INFINITY;
  let begun = 0;
  let calls = 0;
  let sinceMs = now();
  let busyShare = 0;

  const nextSlice = (tookMs: number) => {
    const callersShare = calls === 0 ? 0 : calls / (calls + begun * callsPerAttempt);
    busyShare += (busy() - busyShare) * newestShare;
    const isFull = busyShare >= fullFrom && callersShare >= callersShareMin;
    if (tookMs > staleMs || calls === 0) perSecond = Number.POSITIVE_INFINITY;
    else if (isFull) perSecond = Math.max(perSecondMin, Math.min(perSecond, (begun * 1_000) / tookMs) * slower);
    else perSecond = perSecond * faster > perSecondMax ? Number.POSITIVE_INFINITY : perSecond * faster;
    // The next slice will be about as long as this one.
    allowed = Math.max(1, Math.round((perSecond * tookMs) / 1_000));
    begun = 0;
    calls = 0;
    sinceMs += tookMs;
  };
  return {
    get isSlow() {
      return perSecond < Number.POSITIVE_INFINITY && now() - sinceMs <= staleMs;
    },
    noteCall() {
      calls += 1;
    },
    mayBegin() {
      const tookMs = now() - sinceMs;
      if (tookMs >= sliceMs) nextSlice(tookMs);
      if (begun >= allowed) return false;
      begun += 1;
      return true;
    },
  };
}
