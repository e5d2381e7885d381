/** How much the newest group counts against those before. */
const newestShare = 0.2;

/**
 * Estimates how long a change set that is handed in now will wait for its turn: the full groups before it, times what a group took of late. A group costs about
 * the same whether it is small or large, so what waits is counted in groups: less than one of them is no time that anybody has to wait.
 */
export function commitWait(setsPerGroupMax: number) {
  let groupMs = 0;
  return {
    /** A group took so long, ms, from when it set out. */
    note(tookMs: number): void {
      groupMs += (tookMs - groupMs) * newestShare;
    },
    /** For so many sets that wait, ms. */
    ofMs: (waiting: number): number => Math.floor(waiting / setsPerGroupMax) * groupMs,
  };
}
