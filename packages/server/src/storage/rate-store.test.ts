import assert from 'node:assert/strict';
import { test } from 'node:test';
import { memoryRates, type Use } from './rate-store.ts';

const minuteMs = 60_000;

test('a window begins with its first call and ends to the millisecond', () => {
  const clock = { nowMs: 1_000 };
  const rates = memoryRates(() => clock.nowMs);
  const bucket = { policy: 'p', key: 'k' };
  assert.deepEqual(rates.look(bucket, minuteMs), { used: 0, resetsInMs: minuteMs });
  assert.deepEqual(rates.take(bucket, minuteMs), { used: 1, resetsInMs: minuteMs });
  clock.nowMs += minuteMs - 1;
  assert.deepEqual(rates.take(bucket, minuteMs), { used: 2, resetsInMs: 1 });
  assert.deepEqual(rates.look(bucket, minuteMs), { used: 2, resetsInMs: 1 });
  clock.nowMs += 1;
  assert.deepEqual(rates.look(bucket, minuteMs), { used: 0, resetsInMs: minuteMs });
  assert.deepEqual(rates.take(bucket, minuteMs), { used: 1, resetsInMs: minuteMs });
});

test('policies and keys are counted apart', () => {
  const rates = memoryRates(() => 0);
  for (const policy of ['p', 'q']) {
    for (const key of ['k', 'l']) assert.equal((rates.take({ policy, key }, minuteMs) as Use).used, 1);
  }
});

test('a flood of ever new keys forgets the oldest window of its own policy and no other', () => {
  const rates = memoryRates(() => 0);
  rates.take({ policy: 'calm', key: 'k' }, minuteMs);
  for (let count = 0; count <= 20_000; count += 1) rates.take({ policy: 'flood', key: String(count) }, minuteMs);
  const used = (policy: string, key: string) => (rates.look({ policy, key }, minuteMs) as Use).used;
  assert.equal(used('flood', '0'), 0);
  assert.equal(used('flood', '1'), 1);
  assert.equal(used('flood', '20000'), 1);
  assert.equal(used('calm', 'k'), 1);
});
