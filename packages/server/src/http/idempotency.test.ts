import assert from 'node:assert/strict';
import { hash as digest } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { after, afterEach, before, describe, it } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import { endpoints } from '@tijori/wire';
import type { InjectOptions } from 'fastify';
import { AppError } from '../domain/app-error.ts';
import { createBody, createPath, integrator } from '../testing/api.ts';
import { startTestGateway, type TestGateway } from '../testing/gateway.ts';
import { rawSocket } from '../testing/raw-socket.ts';
import type { NewKey } from '../usecases/keys/create.ts';

const hash = (text: string) => digest('sha256', text);
const dayMs = 86_400_000;
const keyHeader = 'idempotency-key';

describe('Idempotency-Key', () => {
  let gateway: TestGateway;
  let key: NewKey & { token: string };
  let startMs: number;
  before(async () => {
    gateway = await startTestGateway();
    startMs = gateway.clock.nowMs;
    key = await gateway.newKey();
  });
  afterEach(() => {
    gateway.clock.nowMs = startMs;
  });
  after(() => gateway.close());

  const create = (idempotencyKey: string, more: InjectOptions = {}, by = key) =>
    integrator(gateway, by).send({
      method: 'POST',
      url: createPath,
      payload: createBody(),
      ...more,
      headers: { [keyHeader]: idempotencyKey, ...more.headers },
    });
  type Answer = Awaited<ReturnType<typeof create>>;
  const idOf = (answer: Answer): string => answer.json().data?.id;
  const codeOf = (answer: Answer) => [answer.statusCode, answer.headers['x-error-code']];
  const isReplayOf = (again: Answer, first: Answer) => {
    assert.equal(again.statusCode, first.statusCode);
    assert.deepEqual(again.rawPayload, first.rawPayload);
    assert.equal(again.headers['content-type'], first.headers['content-type']);
    assert.equal(again.headers['content-length'], first.headers['content-length']);
    assert.equal(again.headers['cache-control'], 'no-store');
    assert.equal(again.headers['idempotent-replayed'], 'true');
    assert.equal(first.headers['idempotent-replayed'], undefined);
    assert.notEqual(again.headers['x-transaction-id'], first.headers['x-transaction-id']);
  };

  it('gives the first answer again, byte for byte, for a day and not a moment longer', async () => {
    const first = await create('a');
    assert.equal(first.statusCode, 200, first.body);
    gateway.clock.nowMs = startMs + 60_000;
    isReplayOf(await create('a'), first);
    gateway.clock.nowMs = startMs + dayMs - 1;
    // The token is a day old by now, too.
    const token = await gateway.deps.tokens.issue({ ...key, apiKeyId: key.apiKey, mode: 'test' });
    isReplayOf(await create('a', {}, { ...key, token }), first);
    gateway.clock.nowMs = startMs + dayMs;
    const next = await create('a', {}, { ...key, token });
    assert.equal(next.statusCode, 200);
    assert.notEqual(idOf(next), idOf(first));
    isReplayOf(await create('a', {}, { ...key, token }), next);
  });

  it('replays what has happened to the session since as it was then, and to another key of the workspace too', async () => {
    const first = await create('b');
    gateway.clock.nowMs = startMs + 2 * 3_600_000;
    assert.equal((await integrator(gateway, key).session(idOf(first))).status, 'expired');
    isReplayOf(await create('b', {}, await gateway.newKey()), first);
    assert.equal((await create('b')).json().data.status, 'created');
  });

  it('is refused with another body, however small the difference, and after that still stands for the first', async () => {
    const payload = JSON.stringify(createBody());
    const json = { 'content-type': 'application/json' };
    const first = await create('c', { payload, headers: json });
    for (const other of [`${payload} `, JSON.stringify(createBody({ flow: 'signup' })), payload.replace(',', ', ')]) {
      assert.deepEqual(codeOf(await create('c', { payload: other, headers: json })), [422, 'idempotency_key_reused']);
    }
    isReplayOf(await create('c', { payload, headers: json }), first);
  });

  it('is refused at another address', async () => {
    await create('d');
    assert.deepEqual(codeOf(await create('d', { url: `${createPath}?x=1` })), [422, 'idempotency_key_reused']);
  });

  it('is another one for another workspace and for the other mode', async () => {
    const other = await gateway.newKey('test', 'Another Lender (fictional)');
    const live = await gateway.newKey('live');
    const made = [await create('e'), await create('e', {}, other), await create('e', {}, live)];
    for (const answer of made) {
      assert.equal(answer.statusCode, 200);
      assert.equal(answer.headers['idempotent-replayed'], undefined);
    }
    assert.equal(new Set(made.map(idOf)).size, 3);
    assert.equal((await integrator(gateway, other).status(idOf(made[0] as Answer))).statusCode, 521);
  });

  it('has 1 to 255 visible ASCII characters', async () => {
    for (const good of [
      'x',
      'x'.repeat(255),
      '!"#$%&\'()*+,-./:;<=>?@[]^_`{|}~',
      '"8e03978e-40d5-43dd-bc93-6894a57f9324"',
    ]) {
      const first = await create(good);
      assert.equal(first.statusCode, 200, good);
      isReplayOf(await create(good), first);
    }
    for (const bad of ['', 'a'.repeat(256), 'a b', 'a, b', 'clé', 'a\tb', 'a\x7f']) {
      assert.deepEqual(codeOf(await create(bad)), [400, 'invalid_idempotency_key'], bad);
    }
  });

  it('is free again after a refusal or a fault, and no session is left of either', async () => {
    const { stores } = gateway.deps;
    const { commit } = stores;
    assert.deepEqual(codeOf(await create('f', { payload: createBody({ flow: 'none' }) })), [
      400,
      'invalid_request_body',
    ]);
    const unknown = { headers: { 'x-tijori-scenario': 'nonsense' } };
    assert.deepEqual(codeOf(await create('f', unknown)), [400, 'unknown_scenario']);
    for (const code of ['storage_full', 'shutting_down', 'internal'] as const) {
      stores.commit = () => Promise.reject(new AppError(code));
      assert.equal((await create('f')).headers['x-error-code'], code);
      stores.commit = commit;
    }
    const first = await create('f', { payload: createBody({ flow: 'signup' }) });
    assert.equal(first.statusCode, 200);
    assert.equal(first.headers['idempotent-replayed'], undefined);
  });

  it('is in progress while the first request is under way, for the same one 409 with Retry-After, for another 422', async () => {
    const { stores } = gateway.deps;
    const { commit } = stores;
    const gate = Promise.withResolvers<void>();
    const reached = Promise.withResolvers<void>();
    stores.commit = async (changes) => {
      reached.resolve();
      await gate.promise;
      return commit(changes);
    };
    const underway = create('g');
    await reached.promise;
    stores.commit = commit;
    const again = await create('g');
    assert.deepEqual(codeOf(again), [409, 'idempotency_in_progress']);
    assert.equal(again.headers['retry-after'], '1');
    const other = await create('g', { payload: createBody({ flow: 'signup' }) });
    assert.deepEqual(codeOf(other), [422, 'idempotency_key_reused']);
    assert.equal((await create('g', {}, await gateway.newKey('live'))).statusCode, 200, 'the other mode does not wait');
    gate.resolve();
    const first = await underway;
    assert.equal(first.statusCode, 200);
    isReplayOf(await create('g'), first);
  });

  it('leaves one session when another process was faster, and says that a request is in progress', async () => {
    // Two gateways on one database know nothing of each other's requests under way: the commit alone judges.
    const { keysUnderway, stores } = gateway.deps;
    const { find } = stores.idempotentAnswers;
    const first = await create('h');
    stores.idempotentAnswers.find = async () => undefined;
    const late = await create('h');
    stores.idempotentAnswers.find = find;
    assert.deepEqual(codeOf(late), [409, 'idempotency_in_progress']);
    assert.equal(keysUnderway.size, 0);
    isReplayOf(await create('h'), first);
  });

  it('means nothing to /authenticate, to a GET, or on an address that does not exist', async () => {
    const headers = { ...gateway.headers(key), 'x-api-secret': key.apiSecret, [keyHeader]: 'i' };
    const ask = (method: 'GET' | 'POST', url: string) => gateway.app.inject({ method, url, headers });
    const id = await integrator(gateway, key).newSession();
    for (const [method, url, status] of [
      ['POST', '/authenticate', 200],
      ['GET', `/kyc/entitylocker-sdk/sessions/${id}/status`, 200],
      ['GET', `/kyc/entitylocker-sdk/sessions/${id}/documents/gstn_details`, 523],
      ['POST', '/nowhere', 404],
    ] as const) {
      for (let count = 0; count < 2; count += 1) {
        const response = await ask(method, url);
        assert.equal(response.statusCode, status, url);
        assert.equal(response.headers['idempotent-replayed'], undefined, url);
      }
    }
    headers[keyHeader] = 'not a key';
    assert.equal((await ask('POST', '/authenticate')).statusCode, 200, 'it is not even read');
    assert.equal((await create('i')).statusCode, 200, 'and the key is still free');
  });

  it('is taken by every operation that says so', async () => {
    for (const endpoint of endpoints) {
      if (!('idempotent' in endpoint) || !endpoint.idempotent || endpoint.path.includes('{')) continue;
      const payload = 'example' in endpoint ? (endpoint.example as object) : createBody();
      const send = () => create(endpoint.path, { method: endpoint.method, url: endpoint.path, payload });
      const first = await send();
      assert.ok(first.statusCode < 300, `${endpoint.path}: ${first.body}`);
      isReplayOf(await send(), first);
    }
  });

  it('keeps answers sealed, keys as hashes, and forgets both after a day', async () => {
    const answer = await create('j-canary');
    const { commit, idempotentAnswers } = gateway.deps.stores;
    const sealed = await idempotentAnswers.find(
      { workspaceId: key.workspaceId, mode: 'test', keyHash: hash('j-canary') },
      startMs,
    );
    assert.match(sealed ?? '', /^s1~/);
    assert.ok(!sealed?.includes(idOf(answer)));
    const kept = () =>
      idempotentAnswers.find({ workspaceId: key.workspaceId, mode: 'test', keyHash: hash('j-canary') }, 0);
    await commit([idempotentAnswers.removal(startMs + dayMs - 1, 10_000)]);
    assert.notEqual(await kept(), undefined, 'removed too early');
    await commit([idempotentAnswers.removal(startMs + dayMs, 10_000)]);
    assert.equal(await kept(), undefined);
  });
});

describe('Idempotency-Key over sockets', () => {
  const request = (gateway: TestGateway, key: NewKey & { token: string }, idempotencyKey: string) => {
    const body = JSON.stringify(createBody());
    const headers = Object.entries({ ...gateway.headers(key), [keyHeader]: idempotencyKey });
    return `POST ${createPath} HTTP/1.1\r\nHost: 127.0.0.1:8080\r\n${headers.map(([name, value]) => `${name}: ${value}\r\n`).join('')}Content-Length: ${body.length}\r\n\r\n${body}`;
  };
  const sessionsOf = async (gateway: TestGateway) =>
    (await gateway.deps.stores.sessions.overdue(Number.MAX_SAFE_INTEGER, 10_000)).map(({ id }) => id);

  it('makes one session of fifty at once, and the rest are replays or told to wait', async () => {
    const gateway = await startTestGateway();
    try {
      await gateway.app.listen({ host: '127.0.0.1', port: 0 });
      const key = await gateway.newKey();
      for (let round = 0; round < 5; round += 1) {
        const before = new Set(await sessionsOf(gateway));
        const sockets = await Promise.all(Array.from({ length: 50 }, () => rawSocket(gateway)));
        const bytes = request(gateway, key, `round ${round}`.replace(' ', '-'));
        await Promise.all(sockets.map((socket) => socket.write(bytes)));
        const answers = await Promise.all(sockets.map((socket) => socket.answer()));
        const made = answers.filter((answer) => answer?.status === 200);
        const originals = made.filter((answer) => !/^idempotent-replayed/im.test(answer?.head ?? ''));
        assert.equal(originals.length, 1);
        assert.equal(new Set(made.map((answer) => answer?.body)).size, 1);
        for (const answer of answers) assert.ok(answer?.status === 200 || answer?.status === 409, answer?.body);
        const added = (await sessionsOf(gateway)).filter((id) => !before.has(id));
        assert.deepEqual(added, [JSON.parse(originals[0]?.body ?? '{}').data.id]);
        const [first] = sockets;
        await first?.write(bytes);
        const after = await first?.answer();
        assert.match(after?.head ?? '', /^idempotent-replayed: true$/im);
        assert.equal(after?.body, originals[0]?.body);
        for (const socket of sockets) socket.close();
      }
    } finally {
      await gateway.close();
    }
  });

  it('replays to a client that never saw the answer, also after a restart on the same folder', async () => {
    const first = await startTestGateway();
    const key = await first.newKey();
    try {
      await first.app.listen({ host: '127.0.0.1', port: 0 });
      const socket = await rawSocket(first);
      socket.pause();
      await socket.write(request(first, key, 'lost'));
      while ((await sessionsOf(first)).length === 0) await setImmediate();
      socket.close();
    } finally {
      await first.stop();
    }
    const second = await startTestGateway(first.config);
    try {
      second.clock.nowMs = first.clock.nowMs;
      const send = () =>
        integrator(second, key).send({
          method: 'POST',
          url: createPath,
          payload: JSON.stringify(createBody()),
          headers: { [keyHeader]: 'lost', 'content-type': 'application/json' },
        });
      const answer = await send();
      assert.equal(answer.headers['idempotent-replayed'], 'true');
      assert.deepEqual(await sessionsOf(second), [answer.json().data.id]);
    } finally {
      await second.close();
      await first.simulator.close();
      await rm(first.config.dataDir, { recursive: true });
    }
  });
});
