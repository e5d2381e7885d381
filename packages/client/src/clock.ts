/**
 * Time and chance. Handed in so that a test decides them; left out, the machine's own.
 *
 * @example
 * // A clock on which nothing takes time:
 * const clock: Clock = { now: Date.now, random: () => 0.5, sleep: async () => {} };
 */
export interface Clock {
  /** ms since the epoch. */
  now(): number;
  /** From 0 up to, not including, 1: spreads out the retries of many clients. */
  random(): number;
  /** Waits so many ms; rejects with the signal's reason as soon as it is aborted. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

export const systemClock: Clock = {
  now: () => Date.now(),
  random: () => Math.random(),
  sleep: (ms, signal) =>
    new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason);
      const wake = () => {
        signal?.removeEventListener('abort', stop);
        resolve();
      };
      const timer = setTimeout(wake, ms);
      const stop = () => {
        clearTimeout(timer);
        reject(signal?.reason);
      };
      signal?.addEventListener('abort', stop, { once: true });
    }),
};
