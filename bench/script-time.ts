/** One event of a trace, as far as it is read here (Trace Event Format; times in µs). */
export interface TraceEvent {
  name: string;
  pid: number;
  id?: string;
  dur?: number;
  args?: {
    data?: {
      url?: string;
      cpuProfile?: {
        nodes?: { id: number; parent?: number; callFrame: { url?: string } }[];
        samples?: number[];
      };
      timeDeltas?: number[];
    };
  };
}

/** What a trace must be taken with, so that `scriptTime` can read it. */
export const scriptTraceCategories = ['devtools.timeline', 'v8', 'disabled-by-default-v8.cpu_profiler'];

/**
 * How long scripts of ours ran in all processes of a trace, ms, by what `ownerOf` says of their addresses: every sample of V8's
 * profiler with a function of theirs on the stack, and compiling them. What a test driver runs in the page has no address.
 *
 * @example scriptTime(events, (url) => url.endsWith('/sdk.js') && 'SDK').get('SDK') // 12.3
 */
export function scriptTime(
  events: readonly TraceEvent[],
  ownerOf: (url: string) => string | false,
): Map<string, number> {
  const sums = new Map<string, number>();
  const add = (owner: string, us: number) => sums.set(owner, (sums.get(owner) ?? 0) + us / 1_000);
  const ownerOfUrl = (url: string | undefined) => (url ? ownerOf(url) : false) || undefined;
  // A node's owner is the outermost function of ours on its stack. Chunks come in order and name parents before children.
  const owners = new Map<string, string | undefined>();
  const running = new Map<string, string>();
  for (const { name, pid, id, dur, args } of events) {
    const data = args?.data;
    if (name === 'v8.compile') {
      const owner = ownerOfUrl(data?.url);
      if (owner) add(owner, dur ?? 0);
    }
    if (name !== 'ProfileChunk' || !data) continue;
    const key = (node: number | undefined) => `${pid} ${id} ${node}`;
    for (const node of data.cpuProfile?.nodes ?? []) {
      owners.set(key(node.id), owners.get(key(node.parent)) ?? ownerOfUrl(node.callFrame.url));
    }
    // A delta is the time since the sample before, and that one is what ran meanwhile: a thread that was idle took none.
    const profile = `${pid} ${id}`;
    data.cpuProfile?.samples?.forEach((sample, index) => {
      const owner = owners.get(running.get(profile) ?? '');
      if (owner) add(owner, Math.max(0, data.timeDeltas?.[index] ?? 0));
      running.set(profile, key(sample));
    });
  }
  return sums;
}
