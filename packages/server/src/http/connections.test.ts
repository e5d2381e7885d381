import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import { after, before, describe, it } from 'node:test';
import { setImmediate, setTimeout as wait } from 'node:timers/promises';
import { createBody, createPath } from '../testing/api.ts';
import { startTestGateway, type TestGateway } from '../testing/gateway.ts';
import { rawSocket } from '../testing/raw-socket.ts';
import type { NewKey } from '../usecases/keys/create.ts';

const host = 'Host: 127.0.0.1:8080\r\n';
const connectionsMax = 40;
const stalledMsMax = 700;

describe('connections', () => {
  let gateway: TestGateway;
  let key: NewKey & { token: string };
  before(async () => {
    gateway = await startTestGateway(
      {},
      {
        connections: {
          headersMsMax: 200,
          requestMsMax: 400,
          stalledMsMax,
          checkEveryMs: 20,
          lookEveryMs: 20,
          connectionsMax,
        },
        extra: async (app) => {
          app.get('/without-end', async (_request, reply) => reply.send(Readable.from(endless())));
          app.get('/long', async (_request, reply) => {
            await wait(2 * stalledMsMax);
            return reply.send('done');
          });
          // Answers once something else on its connection has been refused.
          app.get('/late', (_request, reply) => {
            app.server.once('clientError', () => reply.send('late'));
          });
        },
      },
    );
    await gateway.app.listen({ host: '127.0.0.1', port: 0 });
    key = await gateway.newKey();
  });
  after(() => gateway.close());

  const head = (more: string) =>
    `POST ${createPath} HTTP/1.1\r\n${host}Authorization: ${key.token}\r\nx-api-key: ${key.apiKey}\r\n${more}\r\n`;
  const body = JSON.stringify(createBody());
  const isTimeout = (answer: { status: number; head: string; body: string } | undefined, what: string) => {
    assert.equal(answer?.status, 408, what);
    assert.match(answer.head, /^x-error-code: request_timeout$/im, what);
    assert.match(answer.head, /^connection: close$/im, what);
    const { code, message, transaction_id: id } = JSON.parse(answer.body);
    assert.deepEqual([code, message], [408, 'Request Timeout'], what);
    assert.match(answer.head, new RegExp(`^x-transaction-id: ${id}$`, 'im'), what);
  };
  /** Runs until the server closes the connection, and hands out what it said before that. */
  const slow = async (beginning: string, drip: string, everyMs = 30) => {
    const socket = await rawSocket(gateway);
    const startMs = performance.now();
    if (beginning) await socket.write(beginning);
    const timer = setInterval(() => drip && void socket.write(drip), everyMs);
    const answer = await socket.answer();
    await socket.gone;
    clearInterval(timer);
    return { answer, ms: performance.now() - startMs };
  };

  it('are given up with 408 when the headers do not come in time, however they dawdle', async () => {
    const cases: Record<string, [string, string]> = {
      'nothing at all': ['', ''],
      'half a line': ['GET /health', ''],
      'a header now and then': [`GET /health/live HTTP/1.1\r\n${host}`, 'a: b\r\n'],
      'a byte now and then': ['', 'G'],
    };
    await Promise.all(
      Object.entries(cases).map(async ([what, [beginning, drip]]) => {
        const { answer, ms } = await slow(beginning, drip);
        // One `G` after the other is no method, and is refused for that.
        if (what !== 'a byte now and then') isTimeout(answer, what);
        assert.ok(ms < 5_000, `${what}: ${ms} ms`);
      }),
    );
  });

  it('are given up with 408 when a body does not come in time', async () => {
    const cases: Record<string, [string, string]> = {
      'declared but not sent': [head('Content-Length: 100\r\n'), ''],
      'a byte now and then': [head('Content-Length: 50000\r\n'), ' '],
      'a chunk now and then': [head('Transfer-Encoding: chunked\r\n'), '1\r\n \r\n'],
    };
    await Promise.all(
      Object.entries(cases).map(async ([what, [beginning, drip]]) => {
        const { answer, ms } = await slow(beginning, drip);
        isTimeout(answer, what);
        assert.ok(ms >= 350 && ms < 5_000, `${what}: ${ms} ms`);
      }),
    );
  });

  it('give an answer that is due before they are refused, however late it is', async () => {
    const socket = await rawSocket(gateway);
    await socket.write(`GET /late HTTP/1.1\r\n${host}\r\nnonsense\r\n\r\n`);
    assert.equal((await socket.answer())?.body, 'late');
    assert.equal((await socket.answer())?.status, 400);
    await socket.gone;
    assert.equal(socket.received, '');
  });

  it('stay while an answer is being made, however long that takes', async () => {
    const socket = await rawSocket(gateway);
    await socket.write(`GET /long HTTP/1.1\r\n${host}\r\n`);
    assert.equal((await socket.answer())?.body, 'done');
    socket.close();
  });

  it('end when nobody reads what they carry', async () => {
    const socket = await rawSocket(gateway);
    socket.pause();
    await socket.write(`GET /without-end HTTP/1.1\r\n${host}\r\n`);
    assert.ok(await allClosed(gateway), 'the connection is held');
    socket.close();
  });

  it('are not taken beyond the number that is named, and are again once there is room', async () => {
    const held = await Promise.all(Array.from({ length: connectionsMax }, () => rawSocket(gateway)));
    const over = await Promise.all(Array.from({ length: 5 }, () => rawSocket(gateway)));
    await Promise.all(over.map((socket) => socket.gone));
    for (const socket of over) assert.equal(socket.received, '');
    const [first] = held;
    await first?.write(head(`Content-Length: ${body.length}\r\n`) + body);
    assert.equal((await first?.answer())?.status, 200, 'who is in is served');
    for (const socket of held) socket.close();
    await Promise.all(held.map((socket) => socket.gone));
    assert.ok(await allClosed(gateway));
    const again = await rawSocket(gateway);
    await again.write(`GET /health/live HTTP/1.1\r\n${host}\r\n`);
    assert.equal((await again.answer())?.status, 200);
    again.close();
  });
});

function* endless() {
  for (;;) yield Buffer.alloc(64 * 1024);
}

/** Resolves when no connection is open any more, or to false after five seconds. */
async function allClosed({ app }: TestGateway): Promise<boolean> {
  const count = () =>
    new Promise<number>((resolve, reject) => {
      app.server.getConnections((error, open) => (error ? reject(error) : resolve(open)));
    });
  const startMs = performance.now();
  while ((await count()) > 0 && performance.now() - startMs < 5_000) await setImmediate();
  return (await count()) === 0;
}
