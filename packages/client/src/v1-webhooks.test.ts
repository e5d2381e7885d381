import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { TijoriClient } from './client.ts';

/** A client that is given these answers in turn, and what it sent for them. */
function clientOf(...answers: { data?: unknown[]; ordered?: number; next_cursor: string | null }[]) {
  const sent: { url: string; body: unknown }[] = [];
  const client = new TijoriClient({
    baseUrl: 'http://127.0.0.1:1',
    apiKey: `key_test_${'0'.repeat(32)}`,
    apiSecret: `secret_test_${'0'.repeat(32)}`,
    retries: 0,
    fetch: async (url, { body }) => {
      if (url.endsWith('/authenticate')) return Response.json({ data: { access_token: 'token' } });
      sent.push({ url: new URL(url).search, body: body ? JSON.parse(String(body)) : null });
      const answer = answers.shift();
      return answer ? Response.json(answer) : new Response(null, { status: 400 });
    },
  });
  return { client, sent };
}

const ids = async (events: AsyncIterable<{ id: string }>) => {
  const found: string[] = [];
  for await (const { id } of events) found.push(id);
  return found;
};

describe('the list of events', () => {
  const page = (next_cursor: string, ...found: string[]) => ({ data: found.map((id) => ({ id })), next_cursor });

  it('goes on until a page is empty', async () => {
    const { client, sent } = clientOf(page('b', 'a', 'b'), page('c', 'c'), page('c'));
    assert.deepEqual(await ids(client.v1.events.list({ from: 5, limit: 2 })), ['a', 'b', 'c']);
    assert.deepEqual(
      sent.map(({ url }) => url),
      ['?from=5&limit=2', '?from=5&limit=2&cursor=b', '?from=5&limit=2&cursor=c'],
    );
  });

  it('goes past pages in which no event fits the filter, and ends where the cursor stands still', async () => {
    const { client } = clientOf(page('b'), page('d', 'd'), page('e'), page('e'));
    assert.deepEqual(await ids(client.v1.events.list({ type: 'endpoint.disabled' })), ['d']);
  });

  it('is followed from where one was, each question with the cursor of the answer before', async () => {
    const { client, sent } = clientOf(page('b', 'b'), page('b'), page('c', 'c'));
    const found: string[] = [];
    await assert.rejects(async () => {
      for await (const { id } of client.v1.events.follow({ after: 'a' })) found.push(id);
    });
    assert.deepEqual(found, ['b', 'c']);
    assert.deepEqual(
      sent.map(({ url }) => new URLSearchParams(url).get('cursor')),
      ['a', 'b', 'b', 'c'],
    );
    assert.ok(sent.every(({ url }) => url.includes('wait=20')));
  });
});

describe('a replay', () => {
  it('goes on from piece to piece, and tells of each', async () => {
    const { client, sent } = clientOf({ ordered: 1000, next_cursor: 'evt_1' }, { ordered: 17, next_cursor: null });
    const told: unknown[] = [];
    const order = { from: 1, to: 2, include_delivered: true };
    const done = await client.v1.webhookEndpoints.replay('whe_0', order, { onPiece: (piece) => told.push(piece) });
    assert.deepEqual(done, { ordered: 1017 });
    assert.deepEqual(
      sent.map(({ body }) => body),
      [order, { ...order, cursor: 'evt_1' }],
    );
    assert.deepEqual(told, [
      { ordered: 1000, cursor: 'evt_1' },
      { ordered: 1017, cursor: null },
    ]);
  });

  it('does not turn in circles', async () => {
    const { client, sent } = clientOf(...Array.from({ length: 5 }, () => ({ ordered: 1, next_cursor: 'evt_1' })));
    await assert.rejects(client.v1.webhookEndpoints.replay('whe_0', { from: 1, to: 2 }), { code: 'unexpected_answer' });
    assert.equal(sent.length, 2);
  });
});
