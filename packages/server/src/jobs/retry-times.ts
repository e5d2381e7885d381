/** First wait after a try, ms; it doubles up to the longest. */
const firstWaitMs = 10_000;
const longestWaitMs = 5 * 60_000;
/** Most ids that are remembered; past it all are forgotten and simply tried once more. */
const rememberedMax = 10_000;

/** Spaces out the tries of each id, so that a dead upstream is not asked for the same thing every few seconds. */
export function retryTimes(now: () => number) {
  const times = new Map<string, { nextAtMs: number; waitMs: number }>();
  return {
    /** Those whose turn it is; each that is handed out has to wait longer the next time. */
    due<Item extends { id: string }>(items: readonly Item[]): Item[] {
      if (times.size > rememberedMax) times.clear();
      return items.filter(({ id }) => {
        const known = times.get(id);
        const leftMs = known ? known.nextAtMs - now() : 0;
        // More than the whole wait is left only where the clock was set back.
        if (known && leftMs > 0 && leftMs <= known.waitMs) return false;
        const waitMs = known ? Math.min(known.waitMs * 2, longestWaitMs) : firstWaitMs;
        times.set(id, { nextAtMs: now() + waitMs, waitMs });
        return true;
      });
    },
  };
}
