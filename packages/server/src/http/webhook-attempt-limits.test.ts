import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { webhookStage } from '../testing/webhook-stage.ts';

/** What docs/webhooks.md promises of an attempt. */
const attemptMs = 15_000;
const answerBytes = 64 * 1024;
/** A deadline that is waited for is over sooner here by this. */
const faster = 50;

describe('an attempt', () => {
  const deadlines: number[] = [];
  let pace = faster;
  const timer = (over: () => void, ms: number) => {
    deadlines.push(ms);
    return setTimeout(over, ms / pace);
  };
  const stage = webhookStage({ egress: { timer } });
  /** One event, sent once; its attempt, and what became of the delivery. */
  const attempted = async () => {
    deadlines.length = 0;
    const api = await stage.open();
    const { id } = await api.newEndpoint();
    await api.newSession();
    await stage.sendDue();
    assert.deepEqual(deadlines, [attemptMs]);
    const { state, attempts } = await api.delivery(id);
    const [attempt, ...more] = attempts;
    assert.deepEqual(more, []);
    return { state, ...attempt };
  };

  it('fails after 15 seconds in which no answer comes, and is made again later', async () => {
    stage.receiver.answer(() => null);
    const { state, status, failure, duration_ms = 0 } = await attempted();
    assert.deepEqual([state, status, failure], ['pending', null, 'timed_out']);
    assert.ok(duration_ms >= attemptMs / faster - 20 && duration_ms < attemptMs, `${duration_ms} ms`);
  });

  it('fails after 15 seconds, too, where an answer begins and does not end', async () => {
    stage.receiver.answer(() => ({ status: 200, body: 'x'.repeat(answerBytes), endless: true }));
    const { state, status, failure } = await attempted();
    assert.deepEqual([state, status, failure], ['pending', null, 'timed_out']);
  });

  it('reads 64 KiB of an answer and waits for no more, whatever still comes', async () => {
    // Nobody waits for this deadline, so a slow machine may have all of it.
    pace = 1;
    stage.receiver.answer(() => ({ status: 200, body: 'x'.repeat(answerBytes + 1), endless: true }));
    const { state, status, failure, duration_ms = 0 } = await attempted();
    assert.deepEqual([state, status, failure], ['delivered', 200, null]);
    assert.ok(duration_ms < attemptMs, `${duration_ms} ms`);
    await stage.receiver.idle();
  });
});
