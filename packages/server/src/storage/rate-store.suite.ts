import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import type { RateStore } from './rate-store.ts';

const minuteMs = 60_000;

interface RatesUnderTest {
  name: string;
  /** Empty counters on this clock, or `undefined` to skip the test. */
  open(t: TestContext, now: () => number): Promise<RateStore | undefined>;
}

/** What every store of counters promises. */
export function ratesSuite({ name, open }: RatesUnderTest): void {
  test(`${name}: a window begins with its first call and ends to the millisecond`, async (t) => {
    const clock = { nowMs: 1_000 };
    const rates = await open(t, () => clock.nowMs);
    if (!rates) return;
    const bucket = { policy: 'p', key: 'k' };
    assert.deepEqual(await rates.look(bucket, minuteMs), { used: 0, resetsInMs: minuteMs });
    assert.deepEqual(await rates.take(bucket, minuteMs), { used: 1, resetsInMs: minuteMs });
    clock.nowMs += minuteMs - 1;
    assert.deepEqual(await rates.take(bucket, minuteMs), { used: 2, resetsInMs: 1 });
    assert.equal((await rates.look(bucket, minuteMs)).resetsInMs, 1);
    clock.nowMs += 1;
    assert.deepEqual(await rates.look(bucket, minuteMs), { used: 0, resetsInMs: minuteMs });
    assert.deepEqual(await rates.take(bucket, minuteMs), { used: 1, resetsInMs: minuteMs });
  });

  test(`${name}: a window that began under a clock which was a day ahead is over when the clock is right again`, async (t) => {
    const clock = { nowMs: 86_400_000 };
    const rates = await open(t, () => clock.nowMs);
    if (!rates) return;
    const bucket = { policy: 'p', key: 'k' };
    await rates.take(bucket, minuteMs, 1);
    assert.ok((await rates.take(bucket, minuteMs, 1)).used > 1);
    clock.nowMs = 1_000;
    assert.deepEqual(await rates.look(bucket, minuteMs), { used: 0, resetsInMs: minuteMs });
    assert.deepEqual(await rates.take(bucket, minuteMs, 1), { used: 1, resetsInMs: minuteMs });
    assert.ok((await rates.take(bucket, minuteMs, 1)).used > 1);
  });

  test(`${name}: policies and keys are counted apart`, async (t) => {
    const rates = await open(t, () => 0);
    if (!rates) return;
    for (const policy of ['p', 'q']) {
      for (const key of ['k', 'l']) assert.equal((await rates.take({ policy, key }, minuteMs)).used, 1);
    }
  });

  test(`${name}: of fifty at once each that is within the quota has a count of its own`, async (t) => {
    const rates = await open(t, () => 0);
    if (!rates) return;
    const uses = await Promise.all(
      Array.from({ length: 50 }, () => rates.take({ policy: 'p', key: 'k' }, minuteMs, 30)),
    );
    const within = uses.map(({ used }) => used).filter((used) => used <= 30);
    assert.deepEqual(
      within.toSorted((one, other) => one - other),
      Array.from({ length: 30 }, (_, index) => index + 1),
    );
  });
}
