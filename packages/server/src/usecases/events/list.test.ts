import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import { openStores, type Stores } from '../../stores/index.ts';
import { sqliteInMemory } from '../../testing/engines.ts';
import { testEvent } from '../../testing/event.ts';
import { openBackground } from '../background.ts';
import { awaitEvents } from './list.ts';

const caller = { workspaceId: 'w', apiKeyId: 'key_test_1', mode: 'test' } as const;
const nowMs = 1_000_000;

const eventAt = (atMs: number) => testEvent(caller, atMs);

/** Somebody who follows events from the beginning, on a database with one of `firstAtMs`. Another node commits one of `otherAtMs` right after the first look. */
async function followed(t: TestContext, { firstAtMs, otherAtMs }: { firstAtMs: number; otherAtMs: number }) {
  const db = await sqliteInMemory.open(t);
  assert.ok(db);
  const real = openStores(db);
  await real.commit([real.workspaces.insertion({ id: 'w', name: 'Example Lender (fictional)', createdAtMs: 1 })]);
  await real.commit([real.events.insertion(eventAt(firstAtMs))]);
  let looks = 0;
  const stores: Stores = {
    ...real,
    events: {
      ...real.events,
      async listPage(...asked) {
        const page = await real.events.listPage(...asked);
        looks += 1;
        if (looks === 1) await real.commit([real.events.insertion(eventAt(otherAtMs))]);
        return page;
      },
    },
  };
  const deps = { stores, background: openBackground(), now: () => nowMs, eventsSettleMs: 1 };
  const seen: number[] = [];
  let cursor: string | undefined;
  for (const _ of ['once', 'and on from there']) {
    const asked = { order: 'oldest', limit: 10, cursor } as const;
    const { events, next } = await awaitEvents(deps, caller, asked, { waitMs: 0, left: AbortSignal.any([]) });
    seen.push(...events.map(({ atMs }) => atMs));
    cursor = next;
  }
  return { seen, looks };
}

describe('who follows events by their ids, on a database of several nodes', () => {
  it('does not miss one that was committed later than another with a greater id', async (t) => {
    const { seen } = await followed(t, { firstAtMs: nowMs - 5, otherAtMs: nowMs - 8 });
    assert.deepEqual(seen, [nowMs - 8, nowMs - 5]);
  });

  it('gets each once, though new ones come while the page settles', async (t) => {
    const { seen } = await followed(t, { firstAtMs: nowMs - 8, otherAtMs: nowMs - 5 });
    assert.deepEqual(seen, [nowMs - 8, nowMs - 5]);
  });

  it('does not wait over a page of which all is old', async (t) => {
    const { looks } = await followed(t, { firstAtMs: nowMs - 60_000, otherAtMs: nowMs - 50_000 });
    assert.equal(looks, 2);
  });
});
