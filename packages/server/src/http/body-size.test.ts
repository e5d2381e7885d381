import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { createBody, createPath } from '../testing/api.ts';
import { startTestGateway, type TestGateway } from '../testing/gateway.ts';
import { rawSocket } from '../testing/raw-socket.ts';
import type { NewKey } from '../usecases/keys/create.ts';
import { bodyBytesMax } from './body.ts';

const mebibyte = 1024 * 1024;

describe('size of a body', () => {
  let gateway: TestGateway;
  let key: NewKey & { token: string };
  before(async () => {
    gateway = await startTestGateway();
    await gateway.app.listen({ host: '127.0.0.1', port: 0 });
    key = await gateway.newKey();
  });
  after(() => gateway.close());

  const head = (more: string, path: string = createPath) =>
    `POST ${path} HTTP/1.1\r\nHost: 127.0.0.1:8080\r\nAuthorization: ${key.token}\r\nx-api-key: ${key.apiKey}\r\n` +
    `x-api-secret: ${key.apiSecret}\r\nContent-Type: application/json\r\n${more}\r\n\r\n`;
  const isTooLarge = (answer: { status: number; head: string; body: string } | undefined) => {
    assert.equal(answer?.status, 413);
    assert.match(answer.head, /^x-error-code: body_too_large/im);
    assert.equal(JSON.parse(answer.body).message, 'Request body too large');
  };
  const padded = (bytes: number) => JSON.stringify(createBody()).padEnd(bytes, ' ');

  it('may be 64 KiB and not a byte more', async () => {
    const send = (payload: string) =>
      gateway.app.inject({
        method: 'POST',
        url: createPath,
        headers: { ...gateway.headers(key), 'content-type': 'application/json' },
        payload,
      });
    assert.equal((await send(padded(bodyBytesMax))).statusCode, 200);
    assert.equal((await send(padded(bodyBytesMax + 1))).statusCode, 413);
  });

  it('is refused by its declared length at once, and the client can go on sending and still read the answer', async () => {
    for (const path of [createPath, '/authenticate']) {
      const socket = await rawSocket(gateway);
      const bytes = 7 * mebibyte;
      await socket.write(head(`Content-Length: ${bytes}`, path));
      isTooLarge(await socket.answer());
      for (let sent = 0; sent < bytes; sent += mebibyte) await socket.write(Buffer.alloc(mebibyte, 0x20));
      assert.equal(socket.isGone, false, 'the connection was cut before the body was over');
      // The body was taken to its end, so the connection is good for the next request.
      const body = padded(200);
      await socket.write(head(`Content-Length: ${body.length}`) + body);
      assert.equal((await socket.answer())?.status, 200, path);
      socket.close();
    }
  });

  it('is read before it is answered by a client that writes everything first', async () => {
    const socket = await rawSocket(gateway);
    await socket.write(head(`Content-Length: ${5 * mebibyte}`) + ' '.repeat(5 * mebibyte));
    isTooLarge(await socket.answer());
    socket.close();
  });

  it('is refused at the first byte too many when it comes in chunks without a length', async () => {
    const socket = await rawSocket(gateway);
    await socket.write(head('Transfer-Encoding: chunked'));
    const chunk = `4000\r\n${' '.repeat(0x4000)}\r\n`;
    for (let sent = 0; sent < bodyBytesMax; sent += 0x4000) await socket.write(chunk);
    await socket.write('1\r\n \r\n');
    isTooLarge(await socket.answer());
    await socket.write('0\r\n\r\n');
    const body = padded(200);
    await socket.write(head(`Content-Length: ${body.length}`) + body);
    assert.equal((await socket.answer())?.status, 200);
    socket.close();
  });

  it('is cut off after 8 MiB, or after two seconds', { timeout: 8_000 }, async () => {
    const flood = async () => {
      const socket = await rawSocket(gateway);
      await socket.write(head(`Content-Length: ${1024 * mebibyte}`));
      isTooLarge(await socket.answer());
      let sent = 0;
      for (; !socket.isGone && sent < 64; sent += 1) await socket.write(Buffer.alloc(mebibyte, 0x20));
      await socket.gone;
      // What the kernel's buffers hold on both sides counts as sent.
      assert.ok(sent < 24, `took ${sent} MiB`);
    };
    const drip = async () => {
      const socket = await rawSocket(gateway);
      const startMs = performance.now();
      await socket.write(`${head('Transfer-Encoding: chunked')}20000\r\n${' '.repeat(0x20000)}\r\n`);
      isTooLarge(await socket.answer());
      const timer = setInterval(() => void socket.write('1\r\n \r\n'), 50);
      await socket.gone;
      clearInterval(timer);
      const ms = performance.now() - startMs;
      assert.ok(ms > 1_500 && ms < 4_000, `cut after ${ms} ms`);
    };
    await Promise.all([flood(), drip()]);
  });

  it('is what was sent: nothing is unpacked, so no bomb goes off', async () => {
    const bomb = gzipSync(Buffer.alloc(32 * mebibyte, 0x20));
    assert.ok(bomb.length < bodyBytesMax);
    const payloads: [string, Buffer][] = [
      ['gzip', bomb],
      ['gzip', gzipSync(JSON.stringify(createBody()))],
      ['br', brotliCompressSync(JSON.stringify(createBody()))],
    ];
    for (const [encoding, payload] of payloads) {
      const headers = { 'content-type': 'application/json', 'content-encoding': encoding };
      const response = await gateway.app.inject({
        method: 'POST',
        url: createPath,
        headers: { ...gateway.headers(key), ...headers },
        payload,
      });
      assert.equal(response.headers['x-error-code'], 'invalid_request_body', encoding);
    }
  });

  it('costs little memory when two hundred clients promise a gigabyte at once', async () => {
    const sockets = await Promise.all(Array.from({ length: 200 }, () => rawSocket(gateway)));
    const before = process.memoryUsage().rss;
    const sendOne = async (socket: Awaited<ReturnType<typeof rawSocket>>, more: string, rest: string) => {
      await socket.write(head(more));
      await socket.write(rest);
      isTooLarge(await socket.answer());
      socket.close();
    };
    const kilobytes = `10000\r\n${' '.repeat(0x10000)}\r\n`;
    await Promise.all(
      sockets.map((socket, index) =>
        index % 2 === 0
          ? sendOne(socket, `Content-Length: ${1024 * mebibyte}`, ' '.repeat(0x20000))
          : sendOne(socket, 'Transfer-Encoding: chunked', kilobytes + kilobytes),
      ),
    );
    const grown = (process.memoryUsage().rss - before) / mebibyte;
    // Both sides of all connections are in this process.
    assert.ok(grown < 100, `${grown} MB`);
  });

  it('is not read at all for a caller without a token or on a path that is not there', async () => {
    for (const line of [`POST ${createPath}`, 'POST /nowhere', 'PUT /authenticate']) {
      const socket = await rawSocket(gateway);
      await socket.write(`${line} HTTP/1.1\r\nHost: 127.0.0.1:8080\r\nContent-Length: ${mebibyte}\r\n\r\n`);
      const status = { [`POST ${createPath}`]: 403, 'POST /nowhere': 404, 'PUT /authenticate': 405 }[line];
      assert.equal((await socket.answer())?.status, status, line);
      socket.close();
    }
  });
});
