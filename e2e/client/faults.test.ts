import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, it } from 'node:test';
import { type DriveFile, TijoriError } from '../../packages/client/src/index.ts';
import { walk } from '../../packages/server/src/testing/api.ts';
import type { Deed } from './fault-proxy.ts';
import { quickClock, rejection, type Stage, startStage } from './stage.ts';

const status = /\/status$/;
const create = /\/sessions\/create$/;
const authenticate = /^\/authenticate$/;
const vault = /^\/vault\//;
const session = { flow: 'signin', doc_types: ['gstn_details'] } as const;
const newSession = () => ({ ...session, doc_types: [...session.doc_types] });

describe('a client on a bad day', () => {
  let stage: Stage;
  let file: DriveFile;
  let id: string;
  before(async () => {
    stage = await startStage();
    const { client } = await stage.newClient();
    ({ id } = await client.sdkSessions.create(newSession()));
    await walk(stage.gateway, id);
    [file] = (await client.sdkSessions.documents(id, 'gstn_details')) as [DriveFile];
  });
  beforeEach(() => stage.proxy.reset());
  after(() => stage.close());

  /** A client that has its token already. */
  const readyClient = async (options = {}) => {
    const made = await stage.newClient(options);
    const { id: own } = await made.client.sdkSessions.create(newSession());
    stage.proxy.reset();
    return { ...made, id: own };
  };

  const fails = async (call: Promise<unknown>, code: string) => {
    const error = await rejection(call);
    assert.ok(error instanceof TijoriError, String(error));
    assert.equal(error.code, code);
    return error;
  };

  it('asks again for what can be asked again, and waits longer each time', async () => {
    const { client, id: own, sleptMs } = await readyClient();
    stage.proxy.plan(status, { reset: 'before' }, { answer: 503, body: '<html>bad gateway</html>' });
    assert.equal((await client.sdkSessions.status(own)).status, 'created');
    assert.deepEqual(sleptMs, [250, 500]);
    stage.proxy.plan(status, { answer: 500 }, { answer: 502 }, { answer: 504 });
    await fails(client.sdkSessions.status(own), 'http_504');
    assert.equal(stage.proxy.seenAt(status).length, 6);
  });

  it('waits as long as the server says, and a little more', async () => {
    const { client, id: own, sleptMs } = await readyClient();
    stage.proxy.plan(status, { answer: 429, headers: { 'retry-after': '7', 'x-error-code': 'rate_limited' } });
    await client.sdkSessions.status(own);
    assert.deepEqual(sleptMs, [7_250]);

    // The clock stands 7,250 ms ahead by now, and a date has whole seconds.
    const inTenSeconds = new Date(Date.now() + 17_250).toUTCString();
    stage.proxy.plan(status, { answer: 503, headers: { 'retry-after': inTenSeconds } });
    await client.sdkSessions.status(own);
    assert.ok(Math.abs((sleptMs[1] ?? 0) - 10_000) < 2_500, String(sleptMs[1]));
  });

  it('leaves a long wait to the caller', async () => {
    const { client, id: own, sleptMs } = await readyClient();
    stage.proxy.plan(status, { answer: 429, headers: { 'retry-after': '3600', 'x-error-code': 'rate_limited' } });
    const error = await fails(client.sdkSessions.status(own), 'rate_limited');
    assert.deepEqual([error.retryAfterMs, error.retryable, sleptMs.length], [3_600_000, true, 0]);
  });

  it('does not take 521 and 523 for a server that is down, nor what the catalogue calls final for what passes', async () => {
    const { client, id: own } = await readyClient();
    const refusals: Deed[] = [
      { answer: 521, headers: { 'x-error-code': 'data_not_found' } },
      { answer: 523, headers: { 'x-error-code': 'invalid_session_lifecycle' } },
      { answer: 521, body: '<html>web server is down</html>' },
      { answer: 523, body: '<html>origin is unreachable</html>' },
      { answer: 503, headers: { 'x-error-code': 'upstream_refused' } },
      { answer: 507, headers: { 'x-error-code': 'storage_full' } },
      { answer: 302, headers: { location: 'https://elsewhere.example/' } },
    ];
    for (const deed of refusals) {
      stage.proxy.reset();
      stage.proxy.plan(status, deed);
      await rejection(client.sdkSessions.status(own));
      assert.equal(stage.proxy.seen.length, 1, JSON.stringify(deed));
    }
  });

  it('makes no second session of a create whose answer was lost: all attempts have one key', async () => {
    const { client } = await readyClient();
    stage.proxy.plan(
      create,
      { reset: 'after' },
      { answer: 409, headers: { 'x-error-code': 'idempotency_in_progress' } },
    );
    await client.sdkSessions.create(newSession());
    await client.sdkSessions.create(newSession());
    const keys = stage.proxy.seenAt(create).map(({ headers }) => headers['idempotency-key']);
    const [first = '', second, third, other] = keys;
    assert.match(String(first), /^[0-9a-f-]{36}$/);
    assert.deepEqual([second, third, keys.length], [first, first, 4]);
    assert.notEqual(other, first);
  });

  it('sends the key that the caller gave', async () => {
    const { client } = await readyClient();
    await client.sdkSessions.create(newSession(), { idempotencyKey: 'loan-17' });
    assert.equal(stage.proxy.seen[0]?.headers['idempotency-key'], 'loan-17');
    const error = await rejection(client.sdkSessions.create(newSession(), { idempotencyKey: 'two words' }));
    assert.ok(error instanceof TypeError);
    assert.equal(stage.proxy.seen.length, 1);
  });

  it('asks again for a token, which makes nothing else', async () => {
    const { client } = await stage.newClient();
    stage.proxy.plan(authenticate, { reset: 'before' }, { answer: 503 });
    await client.sdkSessions.create(newSession());
    assert.equal(stage.proxy.seenAt(authenticate).length, 3);
  });

  it('gives up at once where retries are 0', async () => {
    const { client, id: own } = await readyClient({ retries: 0 });
    stage.proxy.plan(status, { answer: 503 });
    await fails(client.sdkSessions.status(own), 'http_503');
    assert.equal(stage.proxy.seen.length, 1);
  });

  it('waits no longer than its time for an answer', async () => {
    const { client, id: own } = await readyClient({ retries: 1 });
    stage.proxy.plan(status, { stall: true }, { cutAfter: 10, finally: 'stall' });
    const error = await fails(client.sdkSessions.status(own, { timeoutMs: 400 }), 'timeout');
    assert.deepEqual([error.status, error.retryable], [null, true]);
    assert.equal(stage.proxy.seen.length, 2);
  });

  it('ends with the reason of the signal, wherever it waits', async () => {
    const reason = new Error('the person closed the page');
    const aborted = AbortSignal.abort(reason);
    const { client, id: own } = await readyClient();
    assert.equal(await rejection(client.sdkSessions.status(own, { signal: aborted })), reason);
    assert.equal(await rejection(client.waitForSession(own, { signal: aborted })), reason);
    assert.equal(await rejection(client.downloadDocument(file, { signal: aborted })), reason);
    assert.equal(stage.proxy.seen.length, 0);

    const controller = new AbortController();
    const { clock } = quickClock();
    const onResponse = () => controller.abort(reason);
    const { client: another } = await stage.newClient({ clock, hooks: { onResponse } });
    assert.equal(await rejection(another.sdkSessions.status(own, { signal: controller.signal })), reason);
  });

  it('keeps waiting for a session while the server is away', async () => {
    const { client, sleptMs } = await readyClient();
    const bad: Deed[] = Array.from({ length: 9 }, () => ({ reset: 'before' }));
    stage.proxy.plan(status, ...bad);
    assert.equal((await client.waitForSession(id)).status, 'succeeded');
    assert.equal(stage.proxy.seenAt(status).length, 10);
    assert.ok(sleptMs.includes(750), 'the first pause between two questions');
  });

  it('hands out no wrong file: too long, too short, cut off, stalled, or with other bytes', async () => {
    // Without retries: on a slow machine the short time may be over before the answer has begun, and a second try gets the whole file.
    const { client } = await readyClient({ retries: 0 });
    const deeds: [Deed, string | number][] = [
      [{ change: (bytes) => bytes }, file.size],
      [
        {
          change: (bytes) => Buffer.concat([bytes, Buffer.from('!')]),
          headers: { 'content-length': `${file.size + 1}` },
        },
        'size_mismatch',
      ],
      [{ change: (bytes) => bytes.subarray(1), headers: { 'content-length': `${file.size - 1}` } }, 'size_mismatch'],
      [{ change: (bytes) => Buffer.from(bytes).fill('X', 10, 11) }, 'digest_mismatch'],
      [{ cutAfter: 100, finally: 'reset' }, 'network_error'],
      [{ cutAfter: 100, finally: 'stall' }, 'timeout'],
    ];
    for (const [deed, expected] of deeds) {
      stage.proxy.plan(vault, deed);
      const outcome = await client
        .downloadDocument(file, expected === 'timeout' ? { timeoutMs: 60 } : {})
        .then((stream) => new Response(stream).arrayBuffer())
        .then(
          ({ byteLength }) => byteLength,
          (error: TijoriError) => error.code,
        );
      assert.equal(outcome, expected);
    }
  });

  it('opens a link again after a bad moment, without any credential', async () => {
    const { client } = await readyClient();
    stage.proxy.plan(vault, { reset: 'before' }, { answer: 503 });
    await new Response(await client.downloadDocument(file)).arrayBuffer();
    assert.equal(stage.proxy.seen.length, 3);
    for (const { headers } of stage.proxy.seen) {
      const sent = Object.keys(headers).filter((name) => /auth|api|cookie/i.test(name));
      assert.deepEqual(sent, []);
    }
  });

  it('lets go of a download that nobody wants any more', async () => {
    const { client } = await readyClient();
    stage.proxy.plan(vault, { cutAfter: 100, finally: 'stall' });
    const stream = await client.downloadDocument(file, { timeoutMs: 60_000 });
    const reader = stream.getReader();
    await reader.read();
    await reader.cancel();
    assert.deepEqual(await reader.read(), { done: true, value: undefined });
  });
});
