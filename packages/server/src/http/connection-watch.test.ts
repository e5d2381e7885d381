import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { createBody, createPath } from '../testing/api.ts';
import { startTestGateway, type TestGateway } from '../testing/gateway.ts';
import { rawSocket } from '../testing/raw-socket.ts';
import type { NewKey } from '../usecases/keys/create.ts';

const lookEveryMs = 20;
/** More than are read from at a time. */
const slowMax = 70;

describe('requests that come in piece by piece', () => {
  let gateway: TestGateway;
  let key: NewKey & { token: string };
  before(async () => {
    gateway = await startTestGateway({}, { connections: { lookEveryMs, slowMax } });
    await gateway.app.listen({ host: '127.0.0.1', port: 0 });
    key = await gateway.newKey();
  });
  after(() => gateway.close());

  const body = JSON.stringify(createBody());
  const spaces = 2_000;
  const head = () =>
    `POST ${createPath} HTTP/1.1\r\nHost: 127.0.0.1:8080\r\nAuthorization: ${key.token}\r\nx-api-key: ${key.apiKey}\r\n`;
  /** A creation that sends a byte of its headers or of its body now and then, until it is told to send the rest. */
  const slowCreation = async (where: 'headers' | 'body') => {
    const socket = await rawSocket(gateway);
    const length = `Content-Length: ${body.length + spaces}\r\n`;
    await socket.write(head() + (where === 'body' ? `${length}\r\n` : 'x-note: '));
    let left = spaces;
    return {
      socket,
      dawdle: () => {
        left -= 1;
        return socket.write(' ');
      },
      finish: () =>
        socket.write(`${where === 'headers' ? `\r\n${length}\r\n${' '.repeat(spaces)}` : ' '.repeat(left)}${body}`),
    };
  };
  const many = (count: number) =>
    Promise.all(Array.from({ length: count }, (_, index) => slowCreation(index % 2 === 0 ? 'headers' : 'body')));

  it('are served all the same, however many there are, and others beside them', async () => {
    const slow = await many(slowMax);
    for (let pieces = 0; pieces < 5; pieces += 1) {
      await Promise.all(slow.map(({ dawdle }) => dawdle()));
      await wait(lookEveryMs);
    }
    const honest = await rawSocket(gateway);
    await honest.write(`${head()}Content-Length: ${body.length}\r\n\r\n${body}`);
    assert.equal((await honest.answer())?.status, 200);
    await Promise.all(slow.map(({ finish }) => finish()));
    const statuses = await Promise.all(slow.map(async ({ socket }) => (await socket.answer())?.status));
    assert.deepEqual([...new Set(statuses)], [200]);
    for (const { socket } of slow) void socket.write(`${head()}Content-Length: ${body.length}\r\n\r\n${body}`);
    const next = await Promise.all(slow.map(async ({ socket }) => (await socket.answer())?.status));
    assert.deepEqual([...new Set(next)], [200], 'their next requests are like any other');
    for (const { socket } of [...slow, { socket: honest }]) socket.close();
  });

  it('are given up with 408, the oldest first, when they are too many', async () => {
    const honest = await rawSocket(gateway);
    const slow = await many(slowMax + 2);
    while (slow.filter(({ socket }) => socket.isGone).length < 2) {
      for (const { socket, dawdle } of slow) if (!socket.isGone) void dawdle();
      await wait(lookEveryMs);
    }
    await Promise.all(slow.map(({ finish }) => finish()));
    const statuses = await Promise.all(slow.map(async ({ socket }) => (await socket.answer())?.status));
    const [last] = statuses.slice(-1);
    assert.equal(last, 200);
    assert.equal(statuses.filter((status) => status === 200).length, slowMax);
    assert.equal(statuses.filter((status) => status === 408).length, 2);
    await honest.write(`${head()}Content-Length: ${body.length}\r\n\r\n${body}`);
    assert.equal(
      (await honest.answer())?.status,
      200,
      'one that is older than all of them, and not slow, is left alone',
    );
    for (const { socket } of [...slow, { socket: honest }]) socket.close();
  });
});
