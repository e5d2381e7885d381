import assert from 'node:assert/strict';
import { it } from 'node:test';
import { Agent } from 'undici';
import { exchange, type Timer } from './exchange.ts';
import type { EgressFailure } from './failure.ts';

it('calls whose deadline is over wait in no queue, though no connection ever comes', async (t) => {
  // Like an address that answers no packet: a connection is asked for, and nothing is ever heard.
  const agent = new Agent({ connect: () => {}, connections: 2, pipelining: 1 });
  t.after(() => agent.destroy());
  const origin = 'https://example.com';
  const deadlines: (() => void)[] = [];
  const timer: Timer = (over) => {
    deadlines.push(over);
    return setTimeout(() => {}, 0);
  };
  const request = { method: 'POST', url: origin, body: '{}', deadlineMs: 15_000, bytesMax: 10, excess: 'cut' } as const;
  const calls = Array.from({ length: 20 }, () => exchange(agent, new URL(origin), request, timer));
  const waiting = () => {
    const { queued, pending } = agent.stats[origin] as { queued: number; pending: number };
    return { queued, pending };
  };
  assert.ok(waiting().queued > 0);
  for (const over of deadlines) over();
  const codes = await Promise.all(calls.map((each) => each.catch((error: unknown) => (error as EgressFailure).code)));
  assert.deepEqual(new Set(codes), new Set(['timed_out']));
  assert.deepEqual(waiting(), { queued: 0, pending: 0 });
});
