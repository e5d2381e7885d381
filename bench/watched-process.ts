/** Loaded into a gateway before its program (`--import`): tells its parent, when asked, how it fares. It answers nobody else and changes nothing. */
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { getHeapSpaceStatistics } from 'node:v8';

/** What a watched process tells of itself. */
export interface Vitals {
  /** Of the main thread after a collection: objects and buffers that are still needed, bytes. */
  liveBytes: number;
  /** What of them is compiled code: it grows for minutes, as V8 compiles what is used often, and then no more. */
  codeBytes: number;
  /** Of the whole process, bytes. */
  residentBytes: number;
  /** How late the event loop comes to what is due since the first question, 99 % of the time at most, ms. It is looked at every 10 ms. */
  loopDelayP99Ms: number;
  /** Sockets, timers, files … that keep it going. */
  handles: number;
}

const everyMs = 10;
const delay = monitorEventLoopDelay({ resolution: everyMs });

process.on('message', (word) => {
  if (word === 'begin') {
    delay.enable();
    delay.reset();
  }
  if (word !== 'vitals') return;
  // A pause for the sake of the measurement is none of the gateway's.
  delay.disable();
  globalThis.gc?.();
  globalThis.gc?.();
  const { heapUsed, external, rss } = process.memoryUsage();
  const vitals: Vitals = {
    liveBytes: heapUsed + external,
    codeBytes: codeSpaces(),
    residentBytes: rss,
    loopDelayP99Ms: Math.max(0, delay.percentile(99) / 1e6 - everyMs),
    handles: process.getActiveResourcesInfo().length,
  };
  process.send?.(vitals);
  delay.enable();
});
function codeSpaces(): number {
  const spaces = getHeapSpaceStatistics().filter(({ space_name: name }) => /^(?:code|trusted)_/.test(name));
  return spaces.reduce((sum, { space_used_size: bytes }) => sum + bytes, 0);
}

// Being asked is no reason to go on.
process.channel?.unref();
