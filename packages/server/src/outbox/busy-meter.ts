import { availableParallelism } from 'node:os';
import { performance } from 'node:perf_hooks';

/**
 * Measures how much of its time this process has worked since it was asked last, 0 to 1: its event loop, or, where all of its threads share
 * few processors, all of them together.
 */
export function busyMeter(): () => number {
  const cores = availableParallelism();
  let atMs = performance.now();
  let loop = performance.eventLoopUtilization();
  let cpuMs = usedMs();
  return () => {
    const next = { atMs: performance.now(), loop: performance.eventLoopUtilization(), cpuMs: usedMs() };
    const { utilization } = performance.eventLoopUtilization(next.loop, loop);
    const share = (next.cpuMs - cpuMs) / ((next.atMs - atMs) * cores);
    ({ atMs, loop, cpuMs } = next);
    return Math.max(utilization, share);
  };
}

function usedMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000;
}
