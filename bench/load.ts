import autocannon from 'autocannon';
import { findProgram } from '../scripts/needs.ts';
import { runWrk } from './wrk.ts';

/** One request, repeated: or several in turns (`paths`). */
export interface Load {
  method: 'GET' | 'POST';
  paths: readonly string[];
  headers: Record<string, string>;
  body?: string;
  /** Requests a second; left out: as many as get answers. */
  perSecond?: number;
}

export interface Measured {
  perSecond: number;
  p99Ms: number;
}

/** Keep-alive connections, each with one request under way. */
export const connections = 64;

const wrk = findProgram('wrk');
/** What sends the load, for the conditions that a bench tells. */
export const sender = wrk
  ? 'wrk, one thread'
  : 'autocannon, for want of wrk: it takes as much of a processor as a bare server';

/**
 * Runs a load for some seconds, as fast as it is answered or, with `pace`, at a rate of its own. Any status but 200 (wrk: above 399, and it
 * tells no other), and any broken connection, fails the run.
 *
 * wrk sends what goes as fast as it is answered: it leaves most of the processors to the server, where autocannon takes as
 * much as a bare server does. It keeps no rate, so that autocannon does where one is asked for.
 */
export async function runLoad(
  baseUrl: string,
  load: Load,
  seconds: number,
  pace?: { connections: number; perSecond: number },
): Promise<Measured> {
  if (wrk && !pace && !load.perSecond) return await runWrk(wrk, { baseUrl, load, seconds, connections });
  return await runAutocannon(baseUrl, load, seconds, pace);
}

async function runAutocannon(
  baseUrl: string,
  { method, paths, headers, body, perSecond }: Load,
  seconds: number,
  pace?: { connections: number; perSecond: number },
): Promise<Measured> {
  const result = await autocannon({
    url: baseUrl,
    connections: pace?.connections ?? connections,
    ...(pace && { overallRate: Math.round(pace.perSecond) }),
    duration: seconds,
    ...(perSecond ? { overallRate: perSecond } : {}),
    requests: paths.map((path) => ({ method, path, headers, ...(body ? { body } : {}) })),
  });
  const statuses = Object.keys(result.statusCodeStats ?? {});
  if (result.errors > 0 || result.timeouts > 0 || statuses.some((status) => status !== '200')) {
    throw new Error(`unexpected answers: ${JSON.stringify(result.statusCodeStats)}, ${result.errors} errors`);
  }
  return { perSecond: result.requests.average, p99Ms: result.latency.p99 };
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const [low, high] = [sorted[middle - 1] ?? 0, sorted[middle] ?? 0];
  return sorted.length % 2 === 1 ? high : (low + high) / 2;
}
