import assert from 'node:assert/strict';
import { test } from 'node:test';
import { scriptTime, type TraceEvent } from './script-time.ts';

/** An event of one thread, which had a processor for half of its time. */
const event = (name: string, ts: number, dur: number, url?: string, pid = 1): TraceEvent => ({
  name,
  pid,
  tid: 7,
  ts,
  dur,
  tdur: dur / 2,
  ...(url && { args: { data: { url } } }),
});
const sdk = 'https://a/sdk.js';
const times = (...events: TraceEvent[]) =>
  Object.fromEntries(
    [...scriptTime(events, (url) => (url.endsWith('sdk.js') ? 'SDK' : url.endsWith('frame') && 'frame'))].map(
      ([owner, { ms, withCallsMs }]) => [owner, ms === withCallsMs ? ms : [ms, withCallsMs]],
    ),
  );

test('what runs is counted by the processor, and by whose it is', () => {
  assert.deepEqual(
    times(
      event('v8.compile', 0, 2_000, sdk),
      event('EvaluateScript', 2_000, 4_000, sdk),
      event('FunctionCall', 8_000, 6_000, 'https://a/frame'),
      event('FunctionCall', 20_000, 50_000, 'https://shop/page.js'),
      event('EventDispatch', 90_000, 9_000),
    ),
    { SDK: 3, frame: 3 },
  );
});

test('what follows a call counts for the call’s owner; what follows nothing of ours, and the end of a task, for nobody', () => {
  assert.deepEqual(
    times(
      event('FunctionCall', 0, 2_000, 'https://a/frame'),
      event('BlinkScheduler_PerformMicrotaskCheckpoint', 5_000, 5_000),
      event('RunMicrotasks', 5_000, 4_000),
      event('v8.callFunction', 10_000, 6_000),
      event('FunctionCall', 10_000, 2_000, sdk),
      event('RunMicrotasks', 12_000, 4_000),
      // A tool’s, which nobody owns.
      event('RunMicrotasks', 20_000, 9_000),
    ),
    { frame: 1, SDK: 3 },
  );
});

test('other tasks that run while a call waits for the browser are none of its work', () => {
  assert.deepEqual(
    times(
      event('ThreadControllerImpl::RunTask', 0, 60_000),
      event('FunctionCall', 0, 50_000, sdk),
      event('ThreadControllerImpl::RunTask', 5_000, 40_000),
      event('FunctionCall', 6_000, 4_000, 'https://a/frame'),
    ),
    { SDK: 5, frame: 2 },
  );
});

test('a script inside of another one is counted once; the same time in another process is another time', () => {
  assert.deepEqual(
    times(
      event('EvaluateScript', 0, 10_000, sdk),
      event('FunctionCall', 1_000, 4_000, sdk),
      event('v8.compile', 1_000, 2_000, sdk),
      event('FunctionCall', 1_000, 4_000, sdk, 2),
    ),
    { SDK: 7 },
  );
});

test('styles, layout, and making frames and windows are the browser’s own, with all that is inside of them', () => {
  assert.deepEqual(
    times(
      event('FunctionCall', 0, 40_000, sdk),
      event('Blink.ForcedStyleAndLayout.UpdateTime', 5_000, 20_000),
      event('Layout', 6_000, 10_000),
      event('HTMLFrameOwnerElement::LoadOrRedirectSubframe', 30_000, 4_000),
      event('FunctionCall', 31_000, 1_000, sdk),
      event('Layout', 50_000, 9_000),
    ),
    { SDK: [8, 10] },
  );
});

test('a listener of a test driver’s, in the same event as ours, is not ours', () => {
  assert.deepEqual(
    times(
      event('EventDispatch', 0, 20_000),
      { ...event('v8.callFunction', 1_000, 6_000), args: { worldName: 'utility' } },
      event('FunctionCall', 2_000, 2_000, 'https://a/frame'),
      event('FunctionCall', 10_000, 8_000, sdk),
    ),
    { SDK: 7 },
  );
});
