import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, describe, it } from 'node:test';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { problemMediaType } from '@tijori/wire';
import { startTestGateway, type TestGateway } from '../testing/gateway.ts';
import { rawSocket } from '../testing/raw-socket.ts';
import { shedOverload, turnWatch } from './overload.ts';

describe('the watch over turns of the event loop', () => {
  const turns = () => {
    let nowMs = 0;
    let end = () => {};
    const watch = turnWatch({
      now: () => nowMs,
      atEnd: (then) => {
        end = then;
      },
    });
    /** A turn of 64 requests at its beginning and others at these moments after it; answers which of those were too late. */
    const turn = (...readMs: number[]) => {
      const beganMs = nowMs;
      for (let count = 0; count < 64; count += 1) assert.equal(watch.isTooLate(), false);
      const late = readMs.map((ms) => {
        nowMs = beganMs + ms;
        return watch.isTooLate();
      });
      end();
      return late;
    };
    const idle = (ms: number) => {
      nowMs += ms;
    };
    return { turn, idle };
  };

  it('lets everything of one long turn pass: a burst, or a pause', () => {
    const { turn } = turns();
    assert.deepEqual(turn(10, 60, 500), [false, false, false]);
  });

  it('refuses what is read late in the second long turn in a row, and in those after it', () => {
    const { turn } = turns();
    turn(60);
    assert.deepEqual(turn(30, 51, 90), [false, true, true]);
    assert.deepEqual(turn(30, 51), [false, true]);
  });

  it('refuses nothing where few requests take long: the machine is slow then', () => {
    let nowMs = 0;
    const watch = turnWatch({ now: () => (nowMs += 30), atEnd: () => {} });
    assert.ok(Array.from({ length: 60 }, () => watch.isTooLate()).every((late) => !late));
  });

  it('is back to normal after one short turn', () => {
    const { turn } = turns();
    turn(60);
    turn(60);
    turn(10);
    assert.deepEqual(turn(60, 200), [false, false]);
  });

  it('forgets a long turn after which there was nothing to do', () => {
    const { turn, idle } = turns();
    turn(60);
    idle(251);
    assert.deepEqual(turn(60), [false]);
  });
});

describe('a server that is given more than it can do', () => {
  let origin: string;
  const lines: unknown[] = [];
  const log = { warn: (fields: unknown) => void lines.push(fields) };
  const shed = shedOverload(
    (_request, response) => response.end('served'),
    { log, now: () => 1_000, outbox: { noteCall: () => {} } },
    { isTooLate: () => true },
  );
  const server = createServer(shed);
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
    assert.equal(refused.headers.get('retry-after'), '1');
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

  it('tells the log once, not once a request', async () => {
    for (let count = 0; count < 5; count += 1) await (await fetch(`${origin}/authenticate`)).text();
    assert.equal(lines.length, 1);
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
            const untilMs = performance.now() + 2;
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
    const sockets = await Promise.all(Array.from({ length: 100 }, () => rawSocket(gateway)));
    const ask = (path: string) => {
      const request = `GET ${path} HTTP/1.1\r\nHost: 127.0.0.1:8080\r\n\r\n`;
      for (const socket of sockets) void socket.write(request);
    };
    const answers = () => Promise.all(sockets.map(async (socket) => (await socket.answer())?.status));
    // New connections are taken in one by one, so they are all there before the flood.
    ask('/health/live');
    await answers();
    ask('/kyc/slow');
    for (let turns = 0; turns < 2; turns += 1) await nextTurn();
    ask('/kyc/slow');
    assert.deepEqual([...new Set(await answers())], [200], 'the first wave may be a burst');
    const second = await answers();
    const served = second.filter((status) => status === 200).length;
    assert.ok(served >= 64 && served < 100, `${served} of the second wave served`);
    assert.ok(second.every((status) => status === 200 || status === 503));
    for (let count = 0; count < 5; count += 1) {
      const [first] = sockets;
      await first?.write('GET /kyc/slow HTTP/1.1\r\nHost: 127.0.0.1:8080\r\n\r\n');
      assert.equal((await first?.answer())?.status, 200);
    }
  });
});
