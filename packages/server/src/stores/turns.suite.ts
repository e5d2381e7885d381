import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { TestEngine } from '../testing/engines.ts';
import { turnsStore } from './turns.ts';

export function turnsSuite({ name, open }: TestEngine): void {
  test(`${name}: of many nodes one has the turn, until its time is over or it lets go`, async (t) => {
    const db = await open(t);
    if (!db) return;
    const { take, leave, removal } = turnsStore();
    const tries = (nowMs: number, holders: readonly string[]) =>
      Promise.all(
        holders.map(async (holder) => {
          const outcome = await db.commit([take('work', { holder, nowMs, untilMs: nowMs + 10 })]);
          return outcome === 'committed' ? [holder] : [];
        }),
      ).then((taken) => taken.flat());
    const holders = ['a', 'b', 'c', 'd', 'e'];
    const [first, ...more] = await tries(100, holders);
    assert.ok(first);
    assert.deepEqual(more, []);
    assert.deepEqual(await tries(105, holders), [first], 'whoever has it may keep it');
    const [second] = await tries(
      115,
      holders.filter((holder) => holder !== first),
    );
    assert.ok(second);
    await db.commit([leave('work', first)]);
    assert.deepEqual(await tries(116, [first]), [], 'nobody lets go of what is another’s');
    await db.commit([leave('work', second)]);
    assert.deepEqual(await tries(116, [first]), [first]);
    assert.deepEqual(await tries(100_000, [second]), [second]);
    assert.deepEqual(await tries(200, ['a']), ['a'], 'a clock that was ahead gave it for too long');
    assert.deepEqual(await tries(201, ['b']), []);
    await db.commit([leave('work', 'a')]);
    assert.deepEqual(await tries(116, [first]), [first]);
    await db.commit([removal(126, 10)]);
    assert.deepEqual(await tries(117, [second]), [second]);
  });
}
