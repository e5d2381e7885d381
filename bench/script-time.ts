/** One event of a trace, as far as it is read here (Trace Event Format; µs: `dur` on the clock, `tdur` of a processor). */
export interface TraceEvent {
  name: string;
  pid: number;
  tid: number;
  ts: number;
  dur?: number;
  tdur?: number;
  args?: { data?: { url?: string } };
}

/** What a trace must be taken with, so that `scriptTime` can read it. */
export const scriptTraceCategories = ['devtools.timeline', 'blink', 'navigation', 'v8'];

/** Ways into a script, and making one out of its text. */
const scripts = new Set(['EvaluateScript', 'FunctionCall', 'v8.compile']);

/**
 * What the browser does of its own inside a call of ours: styles, layout, paint, and making a frame or a window with its world, in which
 * a test driver has scripts, too. As in DevTools none of it is script, whoever asked for it.
 */
const browsersOwn = new Set([
  'AgentSchedulingGroup::CreateWebView',
  'Blink.ForcedStyleAndLayout.UpdateTime',
  'Blink.Layout.UpdateTime',
  'Blink.ParseStyleSheet.UpdateTime',
  'Blink.Style.UpdateTime',
  'FrameLoader::CommitDocumentLoader',
  'HTMLFrameOwnerElement::LoadOrRedirectSubframe',
  'HitTest',
  'Layout',
  'LocalFrame::Navigate',
  'LocalWindowProxy::Initialize',
  'ParseHTML',
  'UpdateLayoutTree',
  'WebFrameWidgetImpl::UpdateLifecycle',
]);

interface Open {
  until: number;
  owner: string | undefined;
}

/**
 * How long scripts of ours ran in all processes of a trace, ms of a processor, by what `ownerOf` says of their addresses (and of the
 * name of the event: a call, or a whole script). A script that
 * another one calls counts for that one. Continuations of promises are left out where the trace has no event of their own.
 *
 * @example scriptTime(events, (url) => url.endsWith('/sdk.js') && 'SDK').get('SDK') // 12.3
 */
export function scriptTime(
  events: readonly TraceEvent[],
  ownerOf: (url: string, event: string) => string | false,
): Map<string, number> {
  const sums = new Map<string, number>();
  const add = (owner: string, us: number) => sums.set(owner, (sums.get(owner) ?? 0) + us / 1_000);
  const threads = Map.groupBy(
    events.filter(({ dur, tdur }) => dur !== undefined && tdur !== undefined),
    ({ pid, tid }) => `${pid} ${tid}`,
  );
  for (const thread of threads.values()) {
    // Outer ones first. Inside of what is the browser's own nothing counts, and inside of a script only what is not.
    thread.sort((one, other) => one.ts - other.ts || (other.dur ?? 0) - (one.dur ?? 0));
    const stack: Open[] = [];
    for (const { name, ts, dur = 0, tdur = 0, args } of thread) {
      while ((stack.at(-1)?.until ?? Number.POSITIVE_INFINITY) <= ts) stack.pop();
      const around = stack.at(-1);
      const url = args?.data?.url;
      if (scripts.has(name) && !around) {
        const owner = (url && ownerOf(url, name)) || undefined;
        if (owner) add(owner, tdur);
        if (owner) stack.push({ until: ts + dur, owner });
      } else if (browsersOwn.has(name)) {
        if (around?.owner) add(around.owner, -tdur);
        stack.push({ until: ts + dur, owner: undefined });
      }
    }
  }
  return sums;
}
