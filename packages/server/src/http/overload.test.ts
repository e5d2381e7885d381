import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { after, before, describe, it } from 'node:test';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { problemMediaType } from '@tijori/wire';
import { startTestGateway, type TestGateway } from '../testing/gateway.ts';
import { rawSocket } from '../testing/raw-socket.ts';
import { shedOverload } from './overload.ts';

describe('a server that is given more than it can do', () => {
  let origin: string;
  const lines: unknown[] = [];
  const log = { warn: (fields: unknown) => void lines.push(fields) };
  let tell: (() => void) | undefined;
  const held: unknown[] = [];
  let isClosing = false;
  const shed = shedOverload(
    { log, now: () => 1_000, outbox: { noteCall: () => {} }, commitWaitMs: () => 0, isClosing: () => isClosing },
    {
      watch: { isTooLate: () => true, isFull: () => true },
      connections: {
        hold: (connection) => void held.push(connection),
        heldMs: 2_345,
        noteServed: () => {},
        hasWaited: () => false,
      },
      after: (_ms, then) => {
        tell = then;
      },
    },
  );
  const server = createServer(shed((_request, response) => response.end('served')));
  before(async () => {
    await once(server.listen(0, '127.0.0.1'), 'listening');
    origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  after(() => void server.close());

  it('answers 503 with Retry-After, in the envelope of the vendor', async () => {
    const refused = await fetch(`${origin}/kyc/entitylocker-sdk/sessions/create`, {
      method: 'POST',
      body: '{"much": "more"}',
    });
    assert.equal(refused.status, 503);
    assert.equal(refused.headers.get('retry-after'), '3', 'not before its connection is read again');
    assert.equal(refused.headers.get('x-error-code'), 'overloaded');
    const { transaction_id: id, ...body } = (await refused.json()) as Record<string, unknown>;
    assert.deepEqual(body, { code: 503, timestamp: 1_000, message: 'Service Unavailable' });
    assert.equal(id, refused.headers.get('x-transaction-id'));
  });

  it('says so as a problem on our own API', async () => {
    const refused = await fetch(`${origin}/v1/sessions`);
    assert.equal(refused.headers.get('content-type'), problemMediaType);
    const { code, status } = (await refused.json()) as { code: string; status: number };
    assert.deepEqual([code, status], ['overloaded', 503]);
  });

  it('refuses no page of a person and no health check', async () => {
    for (const path of ['/health/live', '/consent/x', '/withdraw', '/']) {
      assert.equal(await (await fetch(`${origin}${path}`)).text(), 'served', path);
    }
  });

  it('tells the log how many were refused, in one line for all of a second', async () => {
    tell?.();
    lines.length = 0;
    for (let count = 0; count < 5; count += 1) await (await fetch(`${origin}/authenticate`)).text();
    assert.deepEqual(lines, []);
    tell?.();
    assert.deepEqual(lines, [{ refused: 5 }]);
  });

  it('holds the connection once the whole request has come in, and that of no page', async () => {
    held.length = 0;
    await (await fetch(`${origin}/health/live`)).text();
    assert.equal(held.length, 0);
    const [host, port] = [new URL(origin).hostname, Number(new URL(origin).port)];
    const socket = connect(port, host);
    socket.write('POST /authenticate HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\n\r\n{');
    await once(socket, 'data');
    assert.equal(held.length, 0, 'its body is still on the way');
    socket.write('}');
    while (held.length === 0) await nextTurn();
    socket.destroy();
  });

  it('ends the connection with the refusal when it is closing, and holds none', async (t) => {
    isClosing = true;
    t.after(() => {
      isClosing = false;
    });
    held.length = 0;
    const refused = await fetch(`${origin}/authenticate`);
    assert.equal(refused.headers.get('connection'), 'close');
    for (let turns = 0; turns < 5; turns += 1) await nextTurn();
    assert.equal(held.length, 0);
  });
});

describe('a request that has waited on a held connection', () => {
  it('is refused whether or not the server is full, and is held again only if it is', async (t) => {
    let isFull = false;
    let held = 0;
    const shed = shedOverload(
      {
        log: { warn: () => {} },
        now: () => 1_000,
        outbox: { noteCall: () => {} },
        commitWaitMs: () => 0,
        isClosing: () => false,
      },
      {
        watch: { isTooLate: () => false, isFull: () => isFull },
        connections: {
          hold: () => {
            held += 1;
          },
          heldMs: 0,
          noteServed: () => {},
          hasWaited: () => true,
        },
        after: () => {},
      },
    );
    const server = createServer(shed((_request, response) => response.end('served')));
    t.after(() => server.close().closeAllConnections());
    await once(server.listen(0, '127.0.0.1'), 'listening');
    const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const ask = async (path: string) => {
      const { status } = await fetch(`${origin}${path}`);
      for (let turns = 0; turns < 5; turns += 1) await nextTurn();
      return status;
    };
    assert.deepEqual([await ask('/v1/sessions'), held], [503, 0]);
    assert.equal(await ask('/health/live'), 200);
    isFull = true;
    assert.equal(await ask('/v1/sessions'), 503);
    while (held === 0) await nextTurn();
  });
});

describe('a gateway under a flood', () => {
  let gateway: TestGateway;
  before(async () => {
    gateway = await startTestGateway(
      {},
      {
        extra: async (app) => {
          app.get('/kyc/slow', async () => {
            const untilMs = performance.now() + 1;
            while (performance.now() < untilMs);
            return 'done';
          });
        },
      },
    );
  });
  after(() => gateway.close());

  it('refuses a part of it, serves the rest, and serves all again as soon as it is over', async () => {
    await gateway.app.listen({ host: '127.0.0.1', port: 0 });
    const sockets = await Promise.all(Array.from({ length: 250 }, () => rawSocket(gateway)));
    const ask = (path: string) => {
      const request = `GET ${path} HTTP/1.1\r\nHost: 127.0.0.1:8080\r\n\r\n`;
      for (const socket of sockets) void socket.write(request);
    };
    const answers = () => Promise.all(sockets.map(async (socket) => (await socket.answer())?.status));
    // New connections are taken in one by one, so they are all there before the flood.
    ask('/health/live');
    await answers();
    ask('/kyc/slow');
    const first = await answers();
    ask('/kyc/slow');
    const second = await answers();
    for (const wave of [first, second]) {
      assert.ok(wave.every((status) => status === 200 || status === 503));
      assert.ok(wave.includes(200), 'a part is served');
    }
    assert.ok(first.filter((status) => status === 200).length >= 128);
    assert.ok(first.includes(503), '250 of them take as many ms, which is too much for one turn');
    for (const socket of [...sockets.slice(0, 3), ...sockets.slice(-3)]) {
      let status: number | undefined = 503;
      while (status === 503) {
        await socket.write('GET /kyc/slow HTTP/1.1\r\nHost: 127.0.0.1:8080\r\n\r\n');
        status = (await socket.answer())?.status;
      }
      assert.equal(status, 200);
    }
    for (const socket of sockets) socket.close();
  });
});
