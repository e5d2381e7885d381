import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { seededRandom } from '../e2e/crash/random.ts';
import { slopeOf } from './slope.ts';

describe('the slope of a soak', () => {
  const minutes = Array.from({ length: 60 }, (_, index) => index / 6);

  it('is that of a straight line, with no doubt', () => {
    const { perHour, perHourPlusMinus } = slopeOf(minutes.map((at) => [at, 50 + at / 30]));
    assert.ok(Math.abs(perHour - 2) < 1e-6);
    assert.ok(perHourPlusMinus < 1e-6);
  });

  it('has the true one within its interval in 95 of 100 noisy runs', () => {
    const random = seededRandom(20261126);
    const runs = Array.from({ length: 400 }, () => slopeOf(minutes.map((at) => [at, 50 + at / 30 + random() - 0.5])));
    const right = runs.filter(({ perHour, perHourPlusMinus }) => Math.abs(perHour - 2) <= perHourPlusMinus);
    assert.ok(right.length >= 0.9 * runs.length && right.length < runs.length, `${right.length} of ${runs.length}`);
  });

  it('has it so, too, in runs of fourteen values', () => {
    const random = seededRandom(1126);
    const few = Array.from({ length: 14 }, (_, index) => index / 2);
    const runs = Array.from({ length: 400 }, () => slopeOf(few.map((at) => [at, 50 + at / 30 + random() - 0.5])));
    const right = runs.filter(({ perHour, perHourPlusMinus }) => Math.abs(perHour - 2) <= perHourPlusMinus);
    assert.ok(right.length >= 0.9 * runs.length && right.length < runs.length, `${right.length} of ${runs.length}`);
  });

  it('is less certain where each value resembles the one before', () => {
    const random = seededRandom(7);
    const noise = minutes.map(() => random() - 0.5);
    let level = 0;
    const walk = noise.map((step) => (level = 0.9 * level + step));
    const slope = (values: readonly number[]) => slopeOf(minutes.map((at, index) => [at, values[index] ?? 0]));
    assert.ok(slope(walk).perHourPlusMinus > 3 * slope(noise).perHourPlusMinus);
  });

  it('cannot be told from two values', () => {
    assert.throws(
      () =>
        slopeOf([
          [0, 1],
          [1, 2],
        ]),
      /three values/,
    );
  });
});
