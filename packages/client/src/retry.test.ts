import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { readOptions } from './options.ts';
import { retryDelay } from './retry.ts';
import { TijoriError } from './tijori-error.ts';

const settings = (retries: number, random = 0.5) =>
  readOptions({
    baseUrl: 'https://tijori.example',
    apiKey: 'k',
    apiSecret: 's',
    retries,
    clock: { now: () => 0, random: () => random, sleep: async () => {} },
  });
const down = (retryAfterMs: number | null = null) =>
  new TijoriError('down', { code: 'http_503', status: 503, retryAfterMs });

describe('the wait before a retry', () => {
  it('doubles its bound each time, and chance decides below it', () => {
    const bounds = Array.from({ length: 7 }, (_, index) => retryDelay(down(), index + 1, settings(10, 1)));
    assert.deepEqual(bounds, [500, 1_000, 2_000, 4_000, 8_000, 8_000, 8_000]);
    assert.equal(retryDelay(down(), 5, settings(10, 0)), 0);
  });

  it('never comes before the time that the server asks for, and is bounded', () => {
    const property = fc.property(
      fc.nat(60_000),
      fc.integer({ min: 1, max: 10 }),
      fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
      (askedMs, failures, random) => {
        const delayMs = retryDelay(down(askedMs), failures, settings(10, random));
        assert.ok(delayMs !== null && delayMs >= askedMs && delayMs <= askedMs + 8_000);
      },
    );
    fc.assert(property);
    assert.equal(retryDelay(down(60_001), 1, settings(10)), null);
  });

  it('is none after the last retry, and none for what will not pass', () => {
    assert.equal(retryDelay(down(), 3, settings(2)), null);
    assert.equal(retryDelay(down(), 1, settings(0)), null);
    assert.equal(retryDelay(new Error('a mistake'), 1, settings(2)), null);
    for (const status of [400, 401, 403, 404, 409, 413, 422, 501, 505, 507, 520, 521, 522, 523, 524, 530]) {
      const error = new TijoriError('no', { code: `http_${status}`, status, retryable: true });
      assert.equal(retryDelay(error, 1, settings(2)), null, String(status));
    }
  });

  it('is one for a lost connection, a time-out, and an answer that is still being made', () => {
    for (const code of ['network_error', 'timeout']) {
      assert.notEqual(retryDelay(new TijoriError('?', { code, retryable: true }), 1, settings(2)), null);
    }
    const running = new TijoriError('?', { code: 'idempotency_in_progress', status: 409, retryAfterMs: 1_000 });
    assert.equal(retryDelay(running, 1, settings(2)), 1_250);
  });
});
