import assert from 'node:assert/strict';
import { test } from 'node:test';
import { scriptTime, type TraceEvent } from './script-time.ts';

const chunk = (
  nodes: [id: number, url: string, parent?: number][],
  samples: number[],
  timeDeltas: number[],
): TraceEvent => ({
  name: 'ProfileChunk',
  pid: 1,
  id: '0x1',
  args: {
    data: {
      cpuProfile: {
        nodes: nodes.map(([id, url, parent]) => ({ id, callFrame: { url }, ...(parent !== undefined && { parent }) })),
        samples,
      },
      timeDeltas,
    },
  },
});

test('time with a function of ours on the stack is ours, also what it calls; anybody else’s is not', () => {
  const events: TraceEvent[] = [
    chunk(
      [
        [1, ''],
        [2, 'https://a/sdk.js', 1],
        [3, '', 2],
        [4, 'https://shop/x.js', 1],
      ],
      [1, 2, 3],
      [900, 1_000, 2_000],
    ),
    // A later chunk goes on with the nodes of the first one, and says how long the last of them ran.
    chunk([[5, 'https://shop/x.js', 3]], [5, 4, 2], [4_000, 8_000, 500]),
    { name: 'v8.compile', pid: 1, dur: 250, args: { data: { url: 'https://a/sdk.js' } } },
    { name: 'v8.compile', pid: 1, dur: 9_000, args: { data: { url: 'https://shop/x.js' } } },
    // The same numbers in another process are other functions.
    { ...chunk([[2, 'https://shop/x.js']], [2], [7_000]), pid: 2 },
  ];
  assert.deepEqual([...scriptTime(events, (url) => url.endsWith('sdk.js') && 'SDK')], [['SDK', 14.25]]);
});
