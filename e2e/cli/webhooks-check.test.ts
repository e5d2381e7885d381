import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type TestContext, test } from 'node:test';
import { Webhook } from 'standardwebhooks';
import { run } from './tijori.ts';

const secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';

/** A receiver as an integrator would write it: `broken` forgets to take the body raw. */
async function startReceiver(t: TestContext, { broken = false } = {}) {
  const server = createServer(async (request, response) => {
    let raw = '';
    for await (const chunk of request) raw += String(chunk);
    try {
      const body = broken ? JSON.stringify(JSON.parse(raw)) : raw;
      new Webhook(secret).verify(body, request.headers as Record<string, string>);
      response.writeHead(204).end();
    } catch {
      response.writeHead(400).end();
    }
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  t.after(async () => {
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  });
  return `http://127.0.0.1:${port}/hooks`;
}

test('webhooks check gives a right receiver its full score, and a wrong one exit code 6 and the fix', async (t) => {
  const [good, broken] = await Promise.all([startReceiver(t), startReceiver(t, { broken: true })]);
  const env = { TIJORI_WEBHOOK_SECRET: secret };
  const [full, faulty, json, otherSecret, nobody, noSecret] = await Promise.all([
    run(['webhooks', 'check', good], env),
    run(['webhooks', 'check', broken], env),
    run(['webhooks', 'check', broken, '--json'], env),
    run(['webhooks', 'check', good], { TIJORI_WEBHOOK_SECRET: `whsec_${'A'.repeat(32)}` }),
    run(['webhooks', 'check', 'http://127.0.0.1:9/hooks'], env),
    run(['webhooks', 'check', good]),
  ]);
  assert.equal(full.code, 0, full.stdout);
  assert.match(full.stdout, /\nScore: (\d+) of \1\n$/);
  assert.equal(faulty.code, 6);
  assert.match(faulty.stdout, /^FAIL {2}raw body +it answered 400, not 2xx\n +Verify over the raw body/m);
  const rows = json.stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
  assert.deepEqual(
    rows.filter(({ passed }) => passed === false).map(({ check }) => check),
    ['raw body'],
  );
  assert.deepEqual(rows.at(-1), { score: rows.length - 2, of: rows.length - 1 });
  assert.equal(otherSecret.code, 6);
  assert.match(otherSecret.stdout, /is the secret the one of this endpoint/);
  assert.match(otherSecret.stdout, /\nScore: 0 of \d+\n$/);
  assert.equal(nobody.code, 6);
  assert.match(nobody.stdout, /nobody listens there/);
  assert.equal(noSecret.code, 2);
  for (const { stdout, stderr } of [full, faulty, json]) assert.ok(![stdout, stderr].join().includes(secret));
});
