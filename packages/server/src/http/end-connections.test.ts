import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type AddressInfo, connect } from 'node:net';
import { Readable } from 'node:stream';
import { describe, it } from 'node:test';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { startTestGateway, type TestGateway } from '../testing/gateway.ts';
import { rawSocket } from '../testing/raw-socket.ts';
import { type ConnectionLimits, connections } from './connections.ts';

/** For whoever should be waited for, longer than any test; so are the limits that Node no longer enforces. */
const never = 600_000;
const host = 'host: 127.0.0.1:8080\r\n';

describe('a stop', { timeout: 60_000 }, () => {
  /** A gateway with a route that answers when it is told to, and one whose answer has no end. */
  const start = async (limits: Partial<ConnectionLimits>) => {
    const asked = Promise.withResolvers<void>();
    const answer = Promise.withResolvers<void>();
    const gateway = await startTestGateway(
      {},
      {
        connections: { stalledMsMax: never, lateRequestMsMax: never, lateAnswerMsMax: never, ...limits },
        extra: async (app) => {
          app.get('/late', async () => {
            asked.resolve();
            await answer.promise;
            return { text: 'late' };
          });
          app.get('/without-end', async (_request, reply) => reply.send(Readable.from(endless())));
        },
      },
    );
    await gateway.app.listen({ host: '127.0.0.1', port: 0 });
    return { gateway, asked: asked.promise, answer: answer.resolve };
  };
  const opened = async (gateway: TestGateway, text: string) => {
    const socket = await rawSocket(gateway);
    if (text) await socket.write(text);
    return socket;
  };

  for (const [what, text] of [
    ['one that was only opened', ''],
    ['one with half a head', 'GET /health/live HTTP/1.1\r\nx: '],
    ['one whose second head is not whole', `GET /health/live HTTP/1.1\r\n${host}\r\nGET /`],
  ] as const) {
    it(`waits for no connection on which nothing is being answered: ${what}`, async () => {
      const { gateway } = await start({ lateRequestMsMax: 100 });
      const socket = await opened(gateway, text);
      const dripping = setInterval(() => void socket.write('a'), 10);
      await gateway.close();
      await socket.gone;
      clearInterval(dripping);
    });
  }

  it('gives the answer that is under way, when those that ask for nothing are gone', async () => {
    const { gateway, asked, answer } = await start({ lateRequestMsMax: 100 });
    const half = await opened(gateway, 'GET /');
    const whole = await opened(gateway, `GET /late HTTP/1.1\r\n${host}\r\n`);
    await asked;
    const stopped = gateway.close();
    await half.gone;
    answer();
    const { status, body } = (await whole.answer()) ?? assert.fail();
    assert.deepEqual([status, JSON.parse(body)], [200, { text: 'late' }]);
    await stopped;
  });

  it('serves what still comes on an open connection, and says that it closes it', async () => {
    const { gateway, asked, answer } = await start({});
    const socket = await opened(gateway, `GET /late HTTP/1.1\r\n${host}\r\n`);
    await asked;
    const stopped = gateway.close();
    while (gateway.app.server.listening) await nextTurn();
    const taken = once(gateway.app.server, 'request');
    await socket.write(`GET /health/live HTTP/1.1\r\n${host}\r\n`);
    await taken;
    answer();
    assert.equal((await socket.answer())?.status, 200);
    const { status, head } = (await socket.answer()) ?? assert.fail();
    assert.equal(status, 200);
    assert.match(head, /^connection: close$/im);
    await stopped;
  });

  it('waits for an answer that nobody reads as long as for any, and no longer', async () => {
    const { gateway } = await start({ lateAnswerMsMax: 300 });
    const socket = await opened(gateway, `GET /without-end HTTP/1.1\r\n${host}\r\n`);
    socket.pause();
    await gateway.close();
    socket.close();
  });
});

it('closes the servers of both addresses of a name, and waits for both', { timeout: 60_000 }, async () => {
  const deps = {
    log: { warn: () => {}, info: () => {} } as never,
    now: Date.now,
    outbox: { noteCall: () => {} } as never,
    commitWaitMs: () => 0,
  };
  const { options, close } = connections(deps, { lateRequestMsMax: 100 });
  const servers = [1, 2].map(() => options.serverFactory((_request, response) => response.end('ok')));
  const gone = servers.map(async (server) => {
    await once(server.listen(0, '127.0.0.1'), 'listening');
    const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
    socket.on('error', () => {});
    await once(server, 'connection');
    return { socket, closed: once(socket, 'close') };
  });
  const sockets = await Promise.all(gone);
  await close();
  assert.deepEqual(
    servers.map(({ listening }) => listening),
    [false, false],
  );
  await Promise.all(sockets.map(({ closed }) => closed));
});

function* endless() {
  for (;;) yield Buffer.alloc(64 * 1024);
}
