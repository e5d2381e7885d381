import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { tokenSource } from './access-token.ts';

const hourMs = 3_600_000;

/** A made-up token of 24 hours whose clock is wrong by so much, and a source of such tokens. */
function stand({ skewSeconds = 0, token }: { skewSeconds?: number; token?: string } = {}) {
  const clock = { nowMs: 1_750_000_000_000, now: () => clock.nowMs, random: () => 0, sleep: async () => {} };
  let fetched = 0;
  const source = tokenSource(async () => {
    fetched += 1;
    const iat = Math.floor(clock.nowMs / 1000) + skewSeconds;
    const claims = btoa(JSON.stringify({ iat, exp: iat + 86_400, n: fetched })).replaceAll('=', '');
    return token ?? `e30.${claims.replaceAll('+', '-').replaceAll('/', '_')}.signature`;
  }, clock);
  return { clock, source, fetches: () => fetched };
}

describe('the access token', () => {
  it('is fetched once for many calls at once, and kept', async () => {
    const { source, fetches } = stand();
    const tokens = await Promise.all(Array.from({ length: 50 }, () => source.get()));
    assert.equal(new Set([...tokens, await source.get()]).size, 1);
    assert.equal(fetches(), 1);
  });

  it('is renewed five minutes before its end, whatever the clocks say', async () => {
    for (const skewSeconds of [0, -100_000, 100_000]) {
      const { clock, source, fetches } = stand({ skewSeconds });
      await source.get();
      clock.nowMs += 24 * hourMs - 300_001;
      await source.get();
      assert.equal(fetches(), 1);
      clock.nowMs += 1;
      await source.get();
      assert.equal(fetches(), 2);
    }
  });

  it('is kept for an hour if its life cannot be read', async () => {
    for (const token of ['opaque', 'a.b.c', `e30.${btoa('{"exp":5,"iat":9}')}.s`, `e30.${btoa('null')}.s`]) {
      const { clock, source, fetches } = stand({ token });
      await source.get();
      clock.nowMs += hourMs - 300_001;
      await source.get();
      assert.equal(fetches(), 1, token);
      clock.nowMs += 300_001;
      await source.get();
      assert.equal(fetches(), 2, token);
    }
  });

  it('is dropped only by who holds the one in use', async () => {
    const { source, fetches } = stand();
    const old = await source.get();
    source.drop(old);
    const renewed = await source.get();
    source.drop(old);
    assert.equal(await source.get(), renewed);
    assert.equal(fetches(), 2);
  });

  it('that could not be fetched is fetched anew by the next call', async () => {
    let fetches = 0;
    const source = tokenSource(
      async () => {
        fetches += 1;
        if (fetches === 1) throw new Error('down');
        return 'token';
      },
      { now: () => 0, random: () => 0, sleep: async () => {} },
    );
    await assert.rejects(source.get(), /down/);
    assert.equal(await source.get(), 'token');
  });

  it('never is a string that cannot be a header', async () => {
    for (const token of ['', 'two words', 'line\nend']) {
      await assert.rejects(stand({ token }).source.get(), { code: 'unexpected_answer' });
    }
  });

  it('still comes for the others when one of them leaves', async () => {
    const { promise, resolve } = Promise.withResolvers<string>();
    const source = tokenSource(() => promise, { now: () => 0, random: () => 0, sleep: async () => {} });
    const controller = new AbortController();
    const leaver = source.get(controller.signal);
    const other = source.get(new AbortController().signal);
    controller.abort(new Error('gone'));
    await assert.rejects(leaver, /gone/);
    resolve('token');
    assert.equal(await other, 'token');
  });
});
