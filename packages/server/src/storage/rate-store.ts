/** A counter of one thing that is limited: which rule, and whom it is counted for. */
export interface Bucket {
  /** `default`, `authenticate` …: counters of different rules never meet. */
  policy: string;
  key: string;
}

/** How far a counter has come. */
export interface Use {
  /** Calls in the running window, this one included. */
  used: number;
  /** Until the window ends and the count begins anew, ms. */
  resetsInMs: number;
}

/**
 * Counts calls in fixed windows that begin with the first call. The one door to such counters: in memory for one
 * process, a table where several share them (`postgres-rates.ts`). An answer that needs no waiting comes without a promise, since it stands in
 * the way of every request.
 */
export interface RateStore {
  /**
   * Counts one more. Of any number at once each that is within `quota` gets a count of its own; beyond it `used` is more
   * than the quota, and says no more than that. Without a quota it counts on.
   */
  take(bucket: Bucket, windowMs: number, quota?: number): Use | Promise<Use>;
  /** Looks without counting. */
  look(bucket: Bucket, windowMs: number): Use | Promise<Use>;
}

/** Most counters of one rule: a flood from ever new addresses may forget counters, but not fill the memory. */
const bucketsMax = 20_000;

export function memoryRates(now: () => number): RateStore {
  const policies = new Map<string, Map<string, { startedAtMs: number; used: number }>>();

  const running = ({ policy, key }: Bucket, windowMs: number) => {
    const window = policies.get(policy)?.get(key);
    const ageMs = window ? now() - window.startedAtMs : 0;
    // A clock that was set back makes the age negative: then the window says nothing.
    return window && ageMs >= 0 && ageMs < windowMs ? window : undefined;
  };
  const begin = ({ policy, key }: Bucket) => {
    const windows = policies.get(policy) ?? new Map<string, { startedAtMs: number; used: number }>();
    policies.set(policy, windows);
    // Deleted first, so that the oldest window stands first.
    windows.delete(key);
    const [oldest] = windows.size >= bucketsMax ? windows.keys() : [];
    if (oldest !== undefined) windows.delete(oldest);
    const window = { startedAtMs: now(), used: 0 };
    windows.set(key, window);
    return window;
  };
  return {
    take(bucket, windowMs) {
      const window = running(bucket, windowMs) ?? begin(bucket);
      window.used += 1;
      return { used: window.used, resetsInMs: window.startedAtMs + windowMs - now() };
    },
    look(bucket, windowMs) {
      const window = running(bucket, windowMs);
      return { used: window?.used ?? 0, resetsInMs: window ? window.startedAtMs + windowMs - now() : windowMs };
    },
  };
}
