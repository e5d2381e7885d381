import assert from 'node:assert/strict';
import { test } from 'node:test';
import { retryTimes } from './retry-times.ts';

test('tries of one thing come further and further apart, and a clock that is set back a day puts none of them off', () => {
  const clock = { nowMs: 86_400_000 };
  const times = retryTimes(() => clock.nowMs);
  const isDue = () => times.due([{ id: 'one' }]).length === 1;
  const waits: number[] = [];
  for (let count = 0; count < 8; count += 1) {
    let waitMs = 0;
    for (; !isDue(); waitMs += 1_000) clock.nowMs += 1_000;
    waits.push(waitMs / 1_000);
  }
  assert.deepEqual(waits, [0, 10, 20, 40, 80, 160, 300, 300]);
  assert.equal(isDue(), false);
  clock.nowMs = 1_000;
  assert.equal(isDue(), true);
  assert.equal(isDue(), false);
});
