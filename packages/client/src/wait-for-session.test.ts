import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { readOptions } from './options.ts';
import { TijoriError } from './tijori-error.ts';
import type { SdkSession, SessionStatus } from './types.ts';
import { type WaitOptions, waitForSession } from './wait-for-session.ts';

/** Waits on a clock of its own for a session that goes through these statuses, or meets these errors. */
function stand(course: (SessionStatus | TijoriError)[], random = 1) {
  const sleptMs: number[] = [];
  const clock = {
    now: () => sleptMs.reduce((sum, ms) => sum + ms, 0),
    random: () => random,
    sleep: async (ms: number, signal?: AbortSignal) => {
      signal?.throwIfAborted();
      sleptMs.push(ms);
    },
  };
  const settings = readOptions({ baseUrl: 'https://tijori.example', apiKey: 'k', apiSecret: 's', clock });
  const asked: string[] = [];
  const room = (family: string) => ({
    async status(id: string) {
      asked.push(`${family} ${id}`);
      const next = course.length > 1 ? course.shift() : course[0];
      if (next instanceof TijoriError) throw next;
      return { id, status: next } as SdkSession & { status_reason: null };
    },
  });
  const rooms = { sdk: room('sdk'), api: room('api') as never };
  return { sleptMs, asked, wait: (options: WaitOptions = {}) => waitForSession(settings, rooms, 'id', options) };
}

describe('waiting for a session', () => {
  it('asks more and more seldom, up to every 15 seconds', async () => {
    const { sleptMs, wait } = stand([...Array<SessionStatus>(9).fill('initialized'), 'succeeded']);
    assert.equal((await wait()).status, 'succeeded');
    assert.deepEqual(sleptMs.map(Math.round), [1_000, 1_500, 2_250, 3_375, 5_063, 7_594, 11_391, 15_000, 15_000]);
  });

  it('spreads its questions over half of each pause', async () => {
    const { sleptMs, wait } = stand(['created', 'created', 'failed'], 0);
    assert.equal((await wait()).status, 'failed');
    assert.deepEqual(sleptMs, [500, 750]);
  });

  it('ends at every end, also where another status was waited for', async () => {
    for (const end of ['succeeded', 'failed', 'expired'] as const) {
      assert.equal((await stand(['created', end]).wait({ until: ['authorized'] })).status, end);
    }
    assert.equal(
      (await stand(['created', 'authorized', 'succeeded']).wait({ until: ['authorized'] })).status,
      'authorized',
    );
  });

  it('asks the family of the session', async () => {
    const { asked, wait } = stand(['succeeded']);
    await wait();
    await wait({ family: 'api' });
    assert.deepEqual(asked, ['sdk id', 'api id']);
  });

  it('bears what passes by itself, and the time that the server asks for', async () => {
    const limited = new TijoriError('Too Many Requests', { code: 'rate_limited', status: 429, retryAfterMs: 60_000 });
    const lost = new TijoriError('lost', { code: 'network_error', retryable: true });
    const { sleptMs, wait } = stand([limited, lost, 'succeeded']);
    await wait();
    assert.deepEqual(sleptMs, [61_000, 1_500]);
  });

  it('does not bear what will not change', async () => {
    const gone = new TijoriError('Data not found for: id', { code: 'data_not_found', status: 521 });
    const { asked, wait } = stand([gone, 'succeeded']);
    await assert.rejects(wait(), gone);
    assert.equal(asked.length, 1);
  });

  it('gives up in time, and says what was in the way', async () => {
    const { sleptMs, wait } = stand(['created']);
    await assert.rejects(wait({ timeoutMs: 5_000 }), { code: 'wait_timeout', retryable: true, status: null });
    assert.ok(sleptMs.reduce((sum, ms) => sum + ms, 0) <= 5_000);
    const lost = new TijoriError('lost', { code: 'network_error', retryable: true });
    await assert.rejects(stand([lost]).wait({ timeoutMs: 5_000 }), { code: 'wait_timeout', cause: lost });
    await assert.rejects(stand(['created']).wait({ timeoutMs: 0 }), TypeError);
  });
});
