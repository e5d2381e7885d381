import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createServer as createTcpServer } from 'node:net';
import { after, before, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Egress, type EgressRequest, openEgress } from './egress.ts';
import { EgressFailure } from './failure.ts';

describe('a call to an address that somebody names', () => {
  const routes: Record<string, RequestListener> = {
    '/answer': (_request, answer) => answer.writeHead(201, { 'content-type': 'text/plain; charset=utf-8' }).end('done'),
    '/echo': (request, answer) => {
      const pieces: Buffer[] = [];
      request.on('data', (piece: Buffer) => pieces.push(piece));
      request.on('end', () => answer.end(`${request.method} ${request.headers['x-mark']} ${Buffer.concat(pieces)}`));
    },
    '/hang': () => {},
    '/drip': (_request, answer) => {
      const timer = setInterval(() => answer.write('.'), 20);
      answer.on('close', () => clearInterval(timer));
    },
    '/endless': (_request, answer) => {
      const more = () => {
        while (answer.writable && !answer.destroyed && answer.write(Buffer.alloc(65_536, 'x')));
      };
      answer.on('drain', more);
      more();
    },
    '/reset': (request) => request.socket.destroy(),
    '/away': (_request, answer) => answer.writeHead(307, { location: '/answer' }).end(),
    '/packed': (_request, answer) => answer.writeHead(200, { 'content-encoding': 'gzip' }).end('not unpacked'),
  };
  let visits: string[] = [];
  const server = createServer((request, answer) => {
    visits.push(request.url ?? '');
    (routes[request.url ?? ''] ?? routes['/answer'])?.(request, answer);
  });
  const babbler = createTcpServer((socket) => socket.once('data', () => socket.write('what?\r\n\r\n')));
  let egress: Egress;
  let origin: string;
  before(async () => {
    server.listen(0, '127.0.0.1');
    babbler.listen(0, '127.0.0.1');
    await Promise.all([once(server, 'listening'), once(babbler, 'listening')]);
    origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    egress = openEgress({ allowLoopback: true, ownOrigins: ['http://127.0.0.1:1'] });
  });
  after(async () => {
    await egress.close();
    server.closeAllConnections();
    server.close();
    babbler.close();
  });

  const call = (path: string, change: Partial<EgressRequest> = {}) =>
    egress.request({
      method: 'GET',
      url: path.startsWith('http') ? path : `${origin}${path}`,
      deadlineMs: 2_000,
      bytesMax: 65_536,
      excess: 'cut',
      ...change,
    });
  const codeOf = (work: Promise<unknown>) =>
    work.then(
      () => 'none',
      (error: unknown) => (error instanceof EgressFailure ? error.code : String(error)),
    );

  it('brings method, headers and body over, and the answer back', async () => {
    const { status, headers, body } = await call('/answer');
    assert.deepEqual([status, headers['content-type'], body.toString()], [201, 'text/plain; charset=utf-8', 'done']);
    const echo = await call('/echo', { method: 'POST', headers: { 'x-mark': 'mine' }, body: '{"a":1}' });
    assert.equal(echo.body.toString(), 'POST mine {"a":1}');
  });

  it('never follows a redirect and unpacks nothing', async () => {
    visits = [];
    assert.equal((await call('/away')).status, 307);
    assert.deepEqual(visits, ['/away']);
    assert.equal((await call('/packed')).body.toString(), 'not unpacked');
  });

  it('ends at its deadline, whether nothing comes or a little again and again', async () => {
    for (const path of ['/hang', '/drip']) {
      const began = performance.now();
      assert.equal(await codeOf(call(path, { deadlineMs: 300 })), 'timed_out', path);
      const tookMs = performance.now() - began;
      assert.ok(tookMs > 250 && tookMs < 1_500, `${path}: ${tookMs} ms`);
    }
  });

  it('is not made any more when it has waited for a connection past its deadline', async () => {
    visits = [];
    const before = Array.from({ length: 64 }, () => codeOf(call('/hang', { deadlineMs: 400 })));
    const began = performance.now();
    assert.equal(await codeOf(call('/answer', { deadlineMs: 100 })), 'timed_out');
    assert.ok(performance.now() - began < 350);
    assert.deepEqual(new Set(await Promise.all(before)), new Set(['timed_out']));
    assert.equal((await call('/answer')).status, 201);
    assert.deepEqual(visits.slice(64), ['/answer']);
  });

  it('reads no more than it may of an answer without end, and keeps its beginning or nothing', async () => {
    const cut = await call('/endless', { bytesMax: 1_000 });
    assert.deepEqual([cut.status, cut.body.length], [200, 1_000]);
    assert.equal(await codeOf(call('/endless', { bytesMax: 1_000, excess: 'refuse' })), 'answer_too_large');
    await sleep(50);
    const open = await new Promise<number>((resolve) => server.getConnections((_error, count) => resolve(count)));
    assert.ok(open < 8, `${open} connections are left`);
  });

  it('takes only the media types that are asked for', async () => {
    assert.equal((await call('/answer', { contentTypes: ['text/plain'] })).body.toString(), 'done');
    assert.equal(await codeOf(call('/answer', { contentTypes: ['image/png'] })), 'content_type_refused');
  });

  it('says what went wrong, in a word', async () => {
    const closed = `http://127.0.0.1:${(babbler.address() as AddressInfo).port}`;
    assert.equal(await codeOf(call('/reset')), 'connection_failed');
    assert.equal(await codeOf(call(closed)), 'answer_malformed');
    assert.equal(await codeOf(call('http://127.0.0.1:9/')), 'connection_failed');
    assert.equal(await codeOf(call('http://127.0.0.1:1/')), 'destination_refused');
    assert.equal(await codeOf(call('https://10.0.0.1/')), 'destination_refused');
    assert.equal(await codeOf(call(origin.replace('http:', 'https:'))), 'tls_failed');
  });

  it('goes to the address that was judged, also where the name answers otherwise a moment later', async () => {
    const answers = ['127.0.0.1', '10.0.0.1'];
    const resolve = async () => [{ address: answers.shift() ?? '10.0.0.1', family: 4 }];
    const own = openEgress({ allowLoopback: true, ownOrigins: [], resolve });
    const url = origin.replace('127.0.0.1', 'localhost');
    const request = { method: 'GET', url, deadlineMs: 2_000, bytesMax: 10, excess: 'cut' } as const;
    assert.equal((await own.request(request)).status, 201);
    assert.deepEqual(answers, ['10.0.0.1'], 'asked once for one connection');
    await own.close();
    const late = openEgress({ allowLoopback: true, ownOrigins: [], resolve });
    assert.equal(await codeOf(late.request(request)), 'destination_refused');
    await late.close();
  });
});
