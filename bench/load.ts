import autocannon from 'autocannon';

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

/**
 * Runs a load for some seconds, as fast as it is answered or, with `pace`, at a rate of its own. Any status but 200, and any broken connection, fails
 * the run.
 */
export async function runLoad(
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
