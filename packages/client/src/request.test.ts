import assert from 'node:assert/strict';
import { test } from 'node:test';
import { TijoriClient } from './client.ts';
import type { Hooks } from './hooks.ts';

/** A client whose requests are kept, and answered with a token or with what is asked for. */
function clientOf(answer: () => Response, hooks: Hooks = {}) {
  const sent: { url: string; method: string | undefined; body: unknown; authorization: string | null }[] = [];
  const client = new TijoriClient({
    baseUrl: 'http://127.0.0.1:1',
    apiKey: `key_test_${'0'.repeat(32)}`,
    apiSecret: `secret_test_${'0'.repeat(32)}`,
    retries: 0,
    hooks,
    fetch: async (url, init) => {
      if (url.endsWith('/authenticate')) return Response.json({ data: { access_token: 'token' } });
      sent.push({
        url,
        method: init.method,
        body: init.body,
        authorization: new Headers(init.headers).get('authorization'),
      });
      return answer();
    },
  });
  return { client, sent };
}

test('a raw request goes to its path with the token, and its answer comes as it is', async () => {
  const { client, sent } = clientOf(() => Response.json({ data: [1] }));
  const query = { limit: 5, cursor: undefined };
  assert.deepEqual(await client.request({ method: 'POST', path: '/v1/x', query, body: { a: 1 } }), { data: [1] });
  assert.deepEqual(sent, [
    { url: 'http://127.0.0.1:1/v1/x?limit=5', method: 'POST', body: '{"a":1}', authorization: 'token' },
  ]);
});

test('a raw request fails as any other call does', async () => {
  const { client } = clientOf(() =>
    Response.json({ code: 'session_not_found', title: 'Session not found' }, { status: 404 }),
  );
  await assert.rejects(client.request({ method: 'GET', path: '/v1/x' }), { code: 'session_not_found', status: 404 });
});

test('a hook costs no call, whether it fails at once or later', async () => {
  const failing = [
    () => {
      throw new Error('by a test');
    },
    async () => {
      throw new Error('later, by a test');
    },
  ];
  for (const hook of failing) {
    const { client } = clientOf(() => Response.json({ data: [1] }), { onRequest: hook, onResponse: hook });
    assert.deepEqual(await client.request({ method: 'GET', path: '/v1/x' }), { data: [1] });
  }
});

test('a path that would lead elsewhere is refused before anything is sent', async () => {
  const { client, sent } = clientOf(() => Response.json({}));
  for (const path of [
    'v1',
    '//evil.example/x',
    '/v1/../x',
    '/v1?x=1',
    '/v1#x',
    '/v1/..',
    '/v1/ x',
    '/%2e%2E/x',
    '/v1/.%2e',
    '@evil.example',
  ]) {
    await assert.rejects(client.request({ method: 'GET', path }), TypeError, path);
  }
  assert.equal(sent.length, 0);
});
