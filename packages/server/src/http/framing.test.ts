import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { ErrorBody } from '@tijori/wire';
import Schema from 'typebox/schema';
import { createBody, createPath } from '../testing/api.ts';
import { startTestGateway, type TestGateway } from '../testing/gateway.ts';
import { rawSocket } from '../testing/raw-socket.ts';
import type { NewKey } from '../usecases/keys/create.ts';

const isError = Schema.Compile(ErrorBody);
const host = 'Host: 127.0.0.1:8080\r\n';
const chunked = 'Transfer-Encoding: chunked\r\n';
/** Rides behind every vector: it must never be answered as a request of its own. */
const stowaway = `GET /health/live HTTP/1.1\r\n${host}\r\n`;
const post = (headers: string, body = '') => `POST /authenticate HTTP/1.1\r\n${host}${headers}\r\n${body}`;
const get = (headers: string, target = '/health/live', version = 'HTTP/1.1') =>
  `GET ${target} ${version}\r\n${headers}\r\n`;

/** Bytes that two readers could take apart differently, or that are no HTTP: each is refused and ends its connection. */
const refused: Record<string, string | Buffer> = {
  'two hosts': get(`${host}Host: elsewhere.example\r\n`),
  'the same host twice': get(host + host),
  'no host': get('Accept: */*\r\n'),
  'an empty host': get('Host:\r\n'),
  'a host with userinfo': get('Host: user@127.0.0.1:8080\r\n'),
  'a host with a path': get('Host: 127.0.0.1:8080/x\r\n'),
  'a list of hosts': get('Host: 127.0.0.1:8080, elsewhere.example\r\n'),
  'a host with a blank': get('Host: 127.0.0.1 8080\r\n'),
  'a host with a port that is none': get('Host: 127.0.0.1:80a\r\n'),
  'gzip and chunked': post('Transfer-Encoding: gzip, chunked\r\n', '0\r\n\r\n'),
  'gzip and chunked in two lines': post(`Transfer-Encoding: gzip\r\n${chunked}`, '0\r\n\r\n'),
  'chunked twice': post(chunked + chunked, '0\r\n\r\n'),
  'chunked, then gzip': post('Transfer-Encoding: chunked, gzip\r\n', '0\r\n\r\n'),
  'identity as coding': post('Transfer-Encoding: identity\r\n', '0\r\n\r\n'),
  'an unknown coding': post('Transfer-Encoding: xchunked\r\n', '0\r\n\r\n'),
  'a coding with a parameter': post('Transfer-Encoding: chunked;q=1\r\n', '0\r\n\r\n'),
  'an empty coding': post('Transfer-Encoding:\r\n', '0\r\n\r\n'),
  'a coding behind a control character': post('Transfer-Encoding: \x0bchunked\r\n', '0\r\n\r\n'),
  'chunks in HTTP/1.0': `POST /authenticate HTTP/1.0\r\n${host}Connection: keep-alive\r\n${chunked}\r\n0\r\n\r\n`,
  'length and chunks': post(`Content-Length: 5\r\n${chunked}`, '0\r\n\r\n'),
  'chunks and length': post(`${chunked}Content-Length: 5\r\n`, '0\r\n\r\n'),
  'two equal lengths': post('Content-Length: 2\r\nContent-Length: 2\r\n', '{}'),
  'two lengths': post('Content-Length: 2\r\nContent-Length: 3\r\n', '{}'),
  'a list of lengths': post('Content-Length: 2, 2\r\n', '{}'),
  'a length with a sign': post('Content-Length: +2\r\n', '{}'),
  'a negative length': post('Content-Length: -2\r\n', '{}'),
  'a length in hex': post('Content-Length: 0x2\r\n', '{}'),
  'a length with a point': post('Content-Length: 2.0\r\n', '{}'),
  'an empty length': post('Content-Length:\r\n', '{}'),
  'a length beyond 64 bits': post('Content-Length: 99999999999999999999\r\n', '{}'),
  'a length with a blank inside': post('Content-Length: 1 2\r\n', '{}'),
  'a body on GET': `${get(`${host}Content-Length: 2\r\n`)}{}`,
  'a chunked body on GET': `${get(host + chunked)}0\r\n\r\n`,
  'a body on HEAD': `HEAD /health/live HTTP/1.1\r\n${host}Content-Length: 2\r\n\r\n{}`,
  'line ends without CR': `GET /health/live HTTP/1.1\n${host}\n`,
  'one line end without CR': get(`${host}X: y\n`),
  'a CR inside a value': get(`${host}X: a\rY: b\r\n`),
  'a folded header': get(`${host}X: a\r\n b\r\n`),
  'a blank before the colon': get(`${host}X : a\r\n`),
  'a blank before the first header': get(` X: a\r\n${host}`),
  'a header without a name': get(`${host}: a\r\n`),
  'a header without a colon': get(`${host}X\r\n`),
  'a header name with a blank': get(`${host}X Y: a\r\n`),
  'a NUL in a value': get(`${host}X: a\0b\r\n`),
  'a control character in a value': get(`${host}X: a\x01b\r\n`),
  'a NUL in the address': get(host, '/health/\0live'),
  'a tab in the address': get(host, '/health/\tlive'),
  'bytes above ASCII in the address': Buffer.from(get(host, '/health/l\xefve'), 'latin1'),
  'a fragment in the address': get(host, '/health/live#x'),
  'HTTP/0.9': 'GET /health/live\r\n',
  'HTTP/1.2': get(host, '/health/live', 'HTTP/1.2'),
  'HTTP/2.0 in the line': get(host, '/health/live', 'HTTP/2.0'),
  'a small protocol name': get(host, '/health/live', 'http/1.1'),
  'another protocol': get(host, '/health/live', 'SIP/1.1'),
  'the preface of HTTP/2': 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n',
  'a small method': `get /health/live HTTP/1.1\r\n${host}\r\n`,
  'an unknown method': `BREW /health/live HTTP/1.1\r\n${host}\r\n`,
  'a tunnel': `CONNECT elsewhere.example:443 HTTP/1.1\r\n${host}\r\n`,
  'the beginning of TLS': Buffer.from('160301020001000001fc0303', 'hex'),
  'an unknown expectation': post('Expect: the-spanish-inquisition\r\nContent-Length: 2\r\n', '{}'),
  'a chunk size that is none': post(chunked, 'zz\r\n{}\r\n0\r\n\r\n'),
  'a negative chunk size': post(chunked, '-2\r\n{}\r\n0\r\n\r\n'),
  'a chunk size with 0x': post(chunked, '0x2\r\n{}\r\n0\r\n\r\n'),
  'a chunk size beyond 64 bits': post(chunked, 'fffffffffffffffff\r\n{}\r\n0\r\n\r\n'),
  'a chunk size with a blank': post(chunked, '2 \r\n{}\r\n0\r\n\r\n'),
  'a chunk longer than its size': post(chunked, '2\r\n{}x\r\n0\r\n\r\n'),
  'chunks with bare line feeds': post(chunked, '2\n{}\n0\n\n'),
  'a bare line feed in a chunk extension': post(chunked, '2;a\nb\r\n{}\r\n0\r\n\r\n'),
  'a trailer with a blank before the colon': post(chunked, '2\r\n{}\r\n0\r\nX : y\r\n\r\n'),
  'a length in the trailers': post(chunked, '2\r\n{}\r\n0\r\nContent-Length: 5\r\n\r\n'),
};

/** Unusual, but nothing that two readers could understand differently. */
const taken: Record<string, [string, number]> = {
  'empty lines before the request': [`\r\n\r\n${get(`${host}Connection: close\r\n`)}`, 200],
  'HTTP/1.0 without a host': [get('', '/health/live', 'HTTP/1.0'), 200],
  'a host in IPv6': [get('Host: [::1]:8080\r\nConnection: close\r\n'), 200],
  'a length of nothing on GET': [get(`${host}Content-Length: 0\r\nConnection: close\r\n`), 200],
  'an upgrade that nobody offers': [get(`${host}Connection: Upgrade, close\r\nUpgrade: h2c\r\n`), 200],
  'a chunk extension': [post(`${chunked}Connection: close\r\n`, '2;a=b\r\n{}\r\n0\r\n\r\n'), 401],
  'a trailer': [post(`${chunked}Connection: close\r\n`, '2\r\n{}\r\n0\r\nX: y\r\n\r\n'), 401],
  'a large word for chunked': [post('Transfer-Encoding: CHUNKED\r\nConnection: close\r\n', '0\r\n\r\n'), 401],
  'an expectation that everybody knows': [
    post('Expect: 100-continue\r\nContent-Length: 2\r\nConnection: close\r\n', '{}'),
    401,
  ],
  'an absolute address': [get(`${host}Connection: close\r\n`, 'http://127.0.0.1:8080/health/live'), 404],
  'an absolute address elsewhere': [get(`${host}Connection: close\r\n`, 'http://elsewhere.example/health/live'), 404],
  'an asterisk': [`OPTIONS * HTTP/1.1\r\n${host}Connection: close\r\n\r\n`, 404],
  TRACE: [`TRACE /health/live HTTP/1.1\r\n${host}Connection: close\r\n\r\n`, 405],
};

describe('framing', () => {
  let gateway: TestGateway;
  let key: NewKey & { token: string };
  before(async () => {
    gateway = await startTestGateway();
    await gateway.app.listen({ host: '127.0.0.1', port: 0 });
    key = await gateway.newKey();
  });
  after(() => gateway.close());

  /** Every answer until the server has closed the connection, but for `100 Continue`. */
  const talk = async (bytes: string | Buffer) => {
    const socket = await rawSocket(gateway);
    await socket.write(bytes);
    await socket.gone;
    return socket.received.split(/(?=HTTP\/1\.1 \d{3} )/).filter((answer) => !answer.startsWith('HTTP/1.1 100 '));
  };
  const isRefusal = (answer: string, [status, code]: [number, string], what: string) => {
    const [head = '', text = ''] = answer.split('\r\n\r\n');
    const headers = Object.fromEntries(
      head.split('\r\n').map((line) => [line.split(': ')[0]?.toLowerCase(), line.slice(line.indexOf(': ') + 2)]),
    );
    assert.match(head, new RegExp(`^HTTP/1\\.1 ${status} `), what);
    assert.equal(headers['x-error-code'], code, what);
    assert.equal(headers.connection, 'close', what);
    assert.equal(headers['cache-control'], 'no-store', what);
    assert.match(headers['content-type'] ?? '', /^application\/json/, what);
    assert.ok(headers.date, what);
    if (what.includes('HEAD')) return;
    const body: unknown = JSON.parse(text);
    assert.ok(isError.Check(body), `${what}: ${text}`);
    assert.equal(body.code, status, what);
    assert.equal(body.transaction_id, headers['x-transaction-id'], what);
  };

  for (const [what, bytes] of Object.entries(refused)) {
    it(`refuses ${what} once, in the envelope, and closes`, async () => {
      const answers = await talk(Buffer.concat([Buffer.from(bytes), Buffer.from(stowaway)]));
      assert.equal(answers.length, 1, `${answers.length} answers: ${answers.join('\n')}`);
      isRefusal(answers[0] ?? '', [400, 'malformed_request'], what);
    });
  }

  for (const [what, [bytes, status]] of Object.entries(taken)) {
    it(`takes ${what} and answers ${status}, and nothing that comes after the end`, async () => {
      const answers = await talk(bytes + stowaway);
      assert.equal(answers.length, 1, answers.join('\n'));
      assert.match(answers[0] ?? '', new RegExp(`^HTTP/1\\.1 ${status} `));
    });
  }

  it('refuses too many bytes or too many lines of headers with 431', async () => {
    const large: Record<string, string> = {
      'a long value': get(`${host}X: ${'a'.repeat(20_000)}\r\n`),
      'a long name': get(`${host}${'a'.repeat(20_000)}: x\r\n`),
      'a long address': get(host, `/${'a'.repeat(20_000)}`),
      '10,000 parameters': get(host, `/health/live?${'a=1&'.repeat(10_000)}`),
      'many short headers': get(`${host}${'a:b\r\n'.repeat(2_100)}`),
      '101 headers': get(host + 'a: b\r\n'.repeat(100)),
    };
    for (const [what, bytes] of Object.entries(large)) {
      const answers = await talk(bytes + stowaway);
      assert.equal(answers.length, 1, what);
      isRefusal(answers[0] ?? '', [431, 'headers_too_large'], what);
    }
    const [answer] = await talk(get(`${host}Connection: close\r\n${'a: b\r\n'.repeat(98)}`));
    assert.match(answer ?? '', /^HTTP\/1\.1 200 /, '100 headers are taken');
  });

  it('answers requests that came in one piece one after the other, in their order', async () => {
    const socket = await rawSocket(gateway);
    const body = JSON.stringify(createBody());
    const create = `POST ${createPath} HTTP/1.1\r\n${host}Authorization: ${key.token}\r\nx-api-key: ${key.apiKey}\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
    await socket.write(create + get(host) + get(host, '/nowhere') + create);
    const statuses: (number | undefined)[] = [];
    for (let count = 0; count < 4; count += 1) statuses.push((await socket.answer())?.status);
    assert.deepEqual(statuses, [200, 200, 404, 200]);
    assert.equal(socket.isGone, false);
    socket.close();
  });

  it('gives the answers that are due before it refuses what came behind them', async () => {
    const body = JSON.stringify(createBody());
    const create = `POST ${createPath} HTTP/1.1\r\n${host}Authorization: ${key.token}\r\nx-api-key: ${key.apiKey}\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
    for (const behind of ['garbage\r\n\r\n', get(host + host), post(chunked, 'zz\r\n')]) {
      const answers = await talk(create + create + behind + stowaway);
      assert.deepEqual(
        answers.map((answer) => Number(answer.slice(9, 12))),
        [200, 200, 400],
        behind,
      );
      isRefusal(answers[2] ?? '', [400, 'malformed_request'], behind);
    }
  });

  it('makes no session of a request whose body breaks off', async () => {
    const count = async () => (await gateway.deps.stores.sessions.overdue(Number.MAX_SAFE_INTEGER, 1_000)).length;
    const before = await count();
    const body = JSON.stringify(createBody());
    const head = `POST ${createPath} HTTP/1.1\r\n${host}Authorization: ${key.token}\r\nx-api-key: ${key.apiKey}\r\n`;
    const [answer] = await talk(`${head}${chunked}\r\n${body.length.toString(16)}\r\n${body}\r\nzz\r\n`);
    isRefusal(answer ?? '', [400, 'malformed_request'], 'broken chunk');
    // A token that was never seen is verified first: the body breaks before anybody reads it.
    const other = await gateway.newKey();
    const unseen = `${head}${chunked}\r\nzz\r\n`.replace(key.token, other.token).replace(key.apiKey, other.apiKey);
    isRefusal((await talk(unseen))[0] ?? '', [400, 'malformed_request'], 'broken before it was read');
    const socket = await rawSocket(gateway);
    await socket.write(`${head}Content-Length: ${body.length}\r\n\r\n${body.slice(0, -1)}`);
    socket.close();
    await socket.gone;
    assert.equal(await count(), before);
  });

  it('says nothing more about a request that has its answer, when its body breaks after that', async () => {
    const socket = await rawSocket(gateway);
    await socket.write(`POST ${createPath} HTTP/1.1\r\n${host}${chunked}\r\n2\r\n{}\r\n`);
    assert.equal((await socket.answer())?.status, 403);
    await socket.write('zz\r\n');
    await socket.gone;
    assert.equal(socket.received, '');
  });

  it('sees a header that came twice as neither of the two', async () => {
    const body = JSON.stringify(createBody());
    const head = `POST ${createPath} HTTP/1.1\r\n${host}Content-Length: ${body.length}\r\nConnection: close\r\n`;
    const caller = `x-api-key: ${key.apiKey}\r\n`;
    const cases: [string, string][] = [
      [`${caller}Authorization: ${key.token}\r\nAuthorization: none\r\n`, 'invalid_access_token'],
      [`${caller}${caller}Authorization: ${key.token}\r\n`, 'insufficient_privilege'],
      [
        `${caller}Authorization: ${key.token}\r\nContent-Type: application/json\r\nContent-Type: text/plain\r\n`,
        'invalid_request_body',
      ],
    ];
    for (const [headers, code] of cases) {
      const [answer] = await talk(`${head}${headers}\r\n${body}`);
      assert.match(answer ?? '', new RegExp(`^x-error-code: ${code}`, 'm'), headers);
    }
  });
});
