import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ratesSuite } from './rate-store.suite.ts';
import { memoryRates, type Use } from './rate-store.ts';

const minuteMs = 60_000;

ratesSuite({ name: 'counters in memory', open: async (_, now) => memoryRates(now) });

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
