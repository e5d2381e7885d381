/** One event of a trace, as far as it is read here (Trace Event Format; µs: `dur` on the clock, `tdur` of a processor). */
export interface TraceEvent {
  name: string;
  pid: number;
  tid: number;
  ts: number;
  dur?: number;
  tdur?: number;
  args?: { data?: { url?: string }; worldName?: string };
}

/** How long somebody's scripts ran, ms of a processor. */
export interface ScriptTime {
  /** Compiling, running, and what follows a promise. */
  ms: number;
  /** The same with what the browser does of its own in calls of theirs, as DevTools counts it: frames, windows, navigations, requests. */
  withCallsMs: number;
}

/** What a trace must be taken with, so that `scriptTime` can read it. */
export const scriptTraceCategories = ['devtools.timeline', 'blink', 'navigation', 'toplevel', 'v8', 'v8.execute'];

/**
 * Ways into a script, and making one out of its text: Lighthouse's groups `scriptEvaluation` and `scriptParseCompile`
 * (core/lib/tracehouse/task-groups.js), and V8's own events around a call, in whose end stands what follows a promise.
 */
const ways = new Set([
  'EvaluateScript',
  'EventDispatch',
  'FunctionCall',
  'RunMicrotasks',
  'TimerFire',
  'v8.callFunction',
  'v8.compile',
  'v8.run',
]);

/** Rendering inside of a call: Lighthouse's groups `styleLayout`, `paintCompositeRender` and `parseHTML`, and Blink's events around them. */
const rendering = new Set([
  'Blink.ForcedStyleAndLayout.UpdateTime',
  'Blink.Layout.UpdateTime',
  'Blink.ParseStyleSheet.UpdateTime',
  'Blink.Style.UpdateTime',
  'Document::UpdateStyleAndLayout',
  'Document::updateActiveStyle',
  'HitTest',
  'Layout',
  'ParseHTML',
  'PrePaint',
  'UpdateLayoutTree',
  'WebFrameWidgetImpl::UpdateLifecycle',
]);

/** What the browser does of its own inside a call: a frame, a window and its end, a navigation, a request, a count of what pages use. */
const calls = new Set([
  'AgentSchedulingGroup::CreateWebView',
  'Document::CancelParsing',
  'DocumentLoader::LoadFailed',
  'FrameLoader::CommitDocumentLoader',
  'FrameLoader::StartNavigation',
  'HTMLFrameOwnerElement::LoadOrRedirectSubframe',
  'HTMLPreloadScanner::~HTMLPreloadScanner',
  'LocalFrame::Navigate',
  'LocalFrame::Reload',
  'LocalWindowProxy::Initialize',
  'RemoteWindowProxy::Initialize',
  'RenderFrameImpl::DidObserveNewFeatureUsage',
  'ResourceFetcher::requestResource',
]);

/** A task of the thread. Inside of another one, while that waits for the browser (`window.open`), it is none of its work. */
const task = 'ThreadControllerImpl::RunTask';

interface Node extends TraceEvent {
  within: Node[];
  selfMs: number;
}

type OwnerOf = (url: string) => string | false;

/** The events of one thread, each with those inside of it. */
function trees(events: readonly TraceEvent[]): Node[] {
  const roots: Node[] = [];
  const stack: Node[] = [];
  const inOrder = [...events].sort((one, other) => one.ts - other.ts || (other.dur ?? 0) - (one.dur ?? 0));
  for (const event of inOrder) {
    const node: Node = { ...event, within: [], selfMs: (event.tdur ?? 0) / 1_000 };
    for (let last = stack.at(-1); last && last.ts + (last.dur ?? 0) <= node.ts; last = stack.at(-1)) stack.pop();
    const around = stack.at(-1);
    if (around) around.selfMs -= node.selfMs;
    (around?.within ?? roots).push(node);
    stack.push(node);
  }
  return roots;
}

/** A listener of an isolated world: a test driver’s, or an extension’s, in the middle of an event that ours hears, too. */
const isOfOtherWorld = (node: Node) => (node.args?.worldName ?? '') !== '';

/** Whose the first script in it is, if it is anybody's. */
function ownerIn(node: Node, ownerOf: OwnerOf): string | undefined {
  const url = ways.has(node.name) && node.args?.data?.url;
  if (url) return ownerOf(url) || undefined;
  for (const inner of node.within) {
    const owner = inner.name === task || isOfOtherWorld(inner) ? undefined : ownerIn(inner, ownerOf);
    if (owner) return owner;
  }
  return undefined;
}

/**
 * How long scripts of ours ran in all processes of a trace, by what `ownerOf` says of their addresses. A script that another one calls counts for that one. What follows a promise that no script settles, such as
 * that of `fetch`, has no address, nor has what follows a change of slots in a stranger's page: ours wait for nothing of that kind (`gen-web.test.ts`).
 *
 * @example scriptTime(events, (url) => url.endsWith('/sdk.js') && 'SDK').get('SDK')?.ms // 12.3
 */
export function scriptTime(events: readonly TraceEvent[], ownerOf: OwnerOf): Map<string, ScriptTime> {
  const sums = new Map<string, ScriptTime>();
  const timed = events.filter(({ dur, tdur }) => dur !== undefined && tdur !== undefined);
  for (const thread of Map.groupBy(timed, ({ pid, tid }) => `${pid} ${tid}`).values()) {
    const roots = trees(thread);
    const visit = (node: Node, owner: string | undefined, isOwn: boolean, isRendered: boolean) => {
      let [whose, own, rendered] = [owner, isOwn, isRendered];
      if (node.name === task) whose = undefined;
      else if (whose) {
        rendered ||= rendering.has(node.name) || isOfOtherWorld(node);
        own &&= !calls.has(node.name);
      } else if (ways.has(node.name)) whose = ownerIn(node, ownerOf);
      if (whose && !rendered) {
        const sum = sums.get(whose) ?? { ms: 0, withCallsMs: 0 };
        sum.withCallsMs += node.selfMs;
        if (own) sum.ms += node.selfMs;
        sums.set(whose, sum);
      }
      for (const inner of node.within) visit(inner, whose, own, rendered);
    };
    for (const root of roots) visit(root, undefined, true, false);
  }
  return sums;
}
