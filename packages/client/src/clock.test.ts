import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { systemClock } from './clock.ts';

describe('the machine’s own clock', () => {
  it('sleeps, and wakes at once when it is told to', async () => {
    const startMs = systemClock.now();
    await systemClock.sleep(5);
    assert.ok(systemClock.now() - startMs >= 4);

    const reason = new Error('told to');
    const controller = new AbortController();
    const sleep = systemClock.sleep(60_000, controller.signal);
    controller.abort(reason);
    await assert.rejects(sleep, reason);
    await assert.rejects(systemClock.sleep(60_000, AbortSignal.abort(reason)), reason);
  });
});
