import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { AppError } from '../../domain/app-error.ts';
import type { CallAnswer, CallRequest } from './guards.ts';
import { withRetries } from './retries.ts';

const get: CallRequest = { name: 'issued', method: 'GET', url: 'u', headers: {}, accept: [], bodyBytesMax: 1 };
const answer: CallAnswer = { bytes: Buffer.alloc(0), mediaType: 'application/json', headers: new Headers() };
const busy = (retryAfterMs?: number) =>
  new AppError('upstream_unavailable', { cause: { status: 429, ...(retryAfterMs !== undefined && { retryAfterMs }) } });

/** A call that fails so often before it answers. */
function failing(times: number, error: unknown) {
  const made = { calls: 0 };
  const call = async () => {
    made.calls += 1;
    if (made.calls <= times) throw error;
    return answer;
  };
  return { call, made };
}

describe('asking again', () => {
  it('is worth two more tries when the upstream says "not now"', async () => {
    const twice = failing(2, busy(1));
    assert.equal(await withRetries(twice.call, 5_000)(get), answer);
    const thrice = failing(3, busy(1));
    await assert.rejects(withRetries(thrice.call, 5_000)(get), { code: 'upstream_unavailable' });
    assert.equal(thrice.made.calls, 3);
  });

  it('waits as long as Retry-After says, and does not begin when that is too long', async () => {
    const startedAtMs = performance.now();
    await withRetries(failing(1, busy(300)).call, 5_000)(get);
    assert.ok(performance.now() - startedAtMs >= 295);
    const late = failing(1, busy(60_000));
    await assert.rejects(withRetries(late.call, 5_000)(get), { code: 'upstream_unavailable' });
    assert.equal(late.made.calls, 1);
  });

  it('is never done for a POST, a refusal, or a call that had no answer', async () => {
    const post = failing(1, busy(1));
    await assert.rejects(withRetries(post.call, 5_000)({ ...get, name: 'token', method: 'POST' }));
    const refused = failing(1, new AppError('upstream_refused', { cause: { status: 404 } }));
    await assert.rejects(withRetries(refused.call, 5_000)(get));
    const silent = failing(1, new AppError('upstream_timeout'));
    await assert.rejects(withRetries(silent.call, 5_000)(get));
    assert.deepEqual([post.made.calls, refused.made.calls, silent.made.calls], [1, 1, 1]);
  });

  it('ends with the deadline of the call, and then with the answer that there was', async () => {
    await assert.rejects(withRetries(failing(1, busy(2_000)).call, 50)(get), { code: 'upstream_unavailable' });
    let calls = 0;
    const busyThenSilent = async ({ deadline }: CallRequest): Promise<CallAnswer> => {
      calls += 1;
      if (calls === 1) throw busy(1);
      await new Promise((resolve) => deadline?.addEventListener('abort', resolve));
      throw new AppError('upstream_timeout');
    };
    await assert.rejects(withRetries(busyThenSilent, 50)(get), { code: 'upstream_unavailable' });
    assert.equal(calls, 2);
  });

  it('has a budget, so that a dead upstream is asked little more than once for each call', async () => {
    const dead = failing(Number.POSITIVE_INFINITY, busy(0));
    const call = withRetries(dead.call, 5_000);
    for (let each = 0; each < 100; each += 1) await assert.rejects(call(get));
    assert.ok(dead.made.calls <= 100 + 20 + 20, `${dead.made.calls} calls`);
  });
});
