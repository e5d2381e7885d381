import assert from 'node:assert/strict';
import { createServer } from 'node:net';
import { describe, it } from 'node:test';
import { inspect } from 'node:util';
import type { ErrorCode } from '@tijori/wire';
import { AppError } from '../../domain/app-error.ts';
import { refusalOf } from '../refusal.ts';
import type { IssuedDocument, Upstream } from '../upstream.ts';
import { createEntityLocker } from './index.ts';
import { file, grant, json, type Lie, startLying, withLies } from './lying-upstream.ts';

/** Stands in every body and header that lies: it must stand in no error. */
const canary = 'CANARY-7f3a';
const pdf = Buffer.from('%PDF-1.7\nhello\n');
const document: IssuedDocument = {
  uri: 'in.gov.mca-CPMTD-U00000KA2020PTC000000',
  upstreamCode: 'CPMTD',
  issuerId: 'in.gov.mca',
  issuer: '',
  name: '',
  description: '',
  mimes: ['application/pdf'],
};

const calls: Record<string, (upstream: Upstream) => Promise<unknown>> = {
  redeem: (upstream) => {
    const query = new URLSearchParams({ code: `${canary}-code`, state: `${canary}-state` });
    const codeVerifier = `${canary}-verifier`.padEnd(43, 'v');
    return upstream.redeem({ query, state: `${canary}-state`, codeVerifier, redirectUri: 'https://us.example/back' });
  },
  user: (upstream) => upstream.user({ ...grant, accessToken: `${canary}-token` }),
  entity: (upstream) => upstream.entity({ ...grant, accessToken: `${canary}-token` }),
  issuedDocuments: (upstream) => upstream.issuedDocuments({ ...grant, accessToken: `${canary}-token` }),
  fetchDocument: (upstream) =>
    upstream.fetchDocument({ ...grant, accessToken: `${canary}-token` }, document, 'application/pdf'),
};

const [timeout, unavailable, refused] = ['upstream_timeout', 'upstream_unavailable', 'upstream_refused'] as const;
const page = `<html><h1>${canary}</h1></html>`;

const status =
  (code: number, headers: Record<string, string> = {}): Lie =>
  (response) => {
    response.writeHead(code, { 'content-type': 'text/html', ...headers }).end(page);
  };

/** Starts an honest-looking answer of the right type, then does something else. */
const started =
  (then: Lie): Lie =>
  (response, seen) => {
    const isDocument = seen.target.includes('/file/');
    response.writeHead(200, { 'content-type': isDocument ? 'application/pdf' : 'application/json', hmac: 'x' });
    response.write(isDocument ? '%PDF-' : `{"x":"${canary}`);
    then(response, seen);
  };

const trickle: Lie = (response) => {
  const timer = setInterval(() => response.write('x'), 20);
  response.on('close', () => clearInterval(timer));
};

const flood: Lie = (response) => {
  const chunk = Buffer.alloc(64 * 1024, 'x');
  const pump = () => {
    while (!response.destroyed && response.write(chunk));
  };
  response.on('drain', pump);
  pump();
};

const lies: [string, Lie, ErrorCode][] = [
  ['resets before the headers', (response) => response.socket?.resetAndDestroy(), unavailable],
  ['closes before the headers', (response) => response.socket?.destroy(), unavailable],
  [
    'resets after the headers',
    started((response) => setTimeout(() => response.socket?.resetAndDestroy(), 20)),
    unavailable,
  ],
  ['closes in the middle of the body', started((response) => setTimeout(() => response.destroy(), 20)), unavailable],
  ['speaks something else than HTTP', (response) => response.socket?.end(`${canary}\r\n\r\n`), unavailable],
  ['hangs before the headers', () => {}, timeout],
  ['hangs in the body', started(() => {}), timeout],
  ['drips for ever', started(trickle), timeout],
  ['sends without end', started(flood), refused],
  [
    'promises less than it sends',
    (response, seen) => {
      response.on('error', () => {});
      const type = seen.target.includes('/file/') ? 'application/pdf' : 'application/json';
      response.socket?.end(
        `HTTP/1.1 200 OK\r\ncontent-type: ${type}\r\nhmac: x\r\ncontent-length: 5\r\n\r\n%PDF-1.7 ${canary}`,
      );
    },
    unavailable,
  ],
  [
    'promises more than it sends',
    (response, seen) => {
      const type = seen.target.includes('/file/') ? 'application/pdf' : 'application/json';
      response.socket?.end(`HTTP/1.1 200 OK\r\ncontent-type: ${type}\r\nhmac: x\r\ncontent-length: 500\r\n\r\n{}`);
    },
    unavailable,
  ],
  [
    'packs the body badly',
    (response, seen) => {
      const type = seen.target.includes('/file/') ? 'application/pdf' : 'application/json';
      response
        .writeHead(200, { 'content-type': type, 'content-encoding': 'gzip', hmac: 'x' })
        .end(`${canary} is no gzip`);
    },
    unavailable,
  ],
  ...[500, 502, 503, 504, 530, 429, 408].map((code): [string, Lie, ErrorCode] => [
    `answers ${code}`,
    status(code),
    unavailable,
  ]),
  ...[400, 401, 403, 404, 405, 410, 418, 422].map((code): [string, Lie, ErrorCode] => [
    `answers ${code}`,
    status(code),
    refused,
  ]),
  ...[201, 204, 206].map((code): [string, Lie, ErrorCode] => [`answers ${code}`, status(code), refused]),
  ['sends HTML with 200', status(200), unavailable],
  ['sends text with 200', status(200, { 'content-type': 'text/plain' }), refused],
  ['says no type', (response) => response.writeHead(200).end(`{"a":"${canary}"}`), refused],
  ['is a simulator', json({ access_token: canary, token_type: 'Bearer', items: [] }), refused],
];
const simulated: Lie = (response, seen) => {
  response.setHeader('x-entitylocker-simulator', '1');
  file(pdf, seen.target.includes('/file/') ? 'application/pdf' : 'application/json')(response, seen);
};

async function failureOf(action: Promise<unknown>): Promise<AppError> {
  const error = await action.then(
    (value) => assert.fail(`resolved to ${inspect(value)}`),
    (cause: unknown) => cause,
  );
  assert.ok(error instanceof AppError, inspect(error));
  const shown = `${inspect(error, { depth: 10 })}${JSON.stringify(error)}${error.publicMessage}`;
  for (const secret of [canary, 'test-client-secret', 'U00000KA', '127.0.0.1'])
    assert.ok(!shown.includes(secret), shown);
  return error;
}

for (const [name, call] of Object.entries(calls)) {
  describe(`${name}, when the upstream`, { concurrency: 8 }, () => {
    for (const [what, lie, code] of lies) {
      const told = what === 'is a simulator' ? simulated : lie;
      it(`${what}, fails as ${code}`, () =>
        withLies(
          told,
          async (upstream, { requests }) => {
            const startedAtMs = performance.now();
            assert.equal((await failureOf(call(upstream))).code, code);
            assert.ok(performance.now() - startedAtMs < 2000);
            assert.ok(name !== 'redeem' || requests.length === 1, 'a code is sent once');
          },
          { deadlineMs: code === timeout ? 120 : 2500, jsonBytesMax: 100_000, documentBytesMax: 200_000 },
        ));
    }

    for (const code of [301, 302, 303, 307, 308]) {
      it(`redirects with ${code}, fails as ${refused} and goes nowhere`, async () => {
        const elsewhere = await startLying(json({ items: [] }));
        const lie = status(code, { location: `${elsewhere.baseUrl}/${canary}` });
        try {
          await withLies(lie, async (upstream) => assert.equal((await failureOf(call(upstream))).code, refused));
          assert.deepEqual(elsewhere.requests, []);
        } finally {
          await elsewhere.close();
        }
      });
    }

    it(`is not there, fails as ${unavailable}`, async () => {
      const gone = await startLying(() => {});
      await gone.close();
      const upstream = createEntityLocker({
        baseUrl: gone.baseUrl,
        clientId: 'c',
        clientSecret: 's',
        allowLoopbackHttp: true,
      });
      assert.equal((await failureOf(call(upstream))).code, unavailable);
    });

    it(`speaks no TLS, fails as ${unavailable}; hangs in the handshake, as ${timeout}`, async () => {
      for (const [say, code] of [
        ['HTTP/1.1 200 OK\r\n\r\n', unavailable],
        ['', timeout],
      ] as const) {
        const sockets = new Set<{ destroy(): void }>();
        const server = createServer((socket) => {
          sockets.add(socket.on('error', () => {}));
          if (say) socket.end(say);
        });
        await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
        const address = server.address();
        const port = typeof address === 'object' ? address?.port : 0;
        const settings = {
          baseUrl: `https://127.0.0.1:${port}/public`,
          clientId: 'c',
          clientSecret: 's',
          deadlineMs: 150,
        };
        assert.equal((await failureOf(call(createEntityLocker(settings)))).code, code);
        for (const socket of sockets) socket.destroy();
        await new Promise((done) => server.close(done));
      }
    });
  });
}

for (const name of ['redeem', 'user', 'entity', 'issuedDocuments'] as const) {
  const call = calls[name] ?? assert.fail();
  describe(`${name}, with JSON that`, () => {
    const texts: [string, string, ErrorCode][] = [
      ['is cut', `{"items":[{"uri":"${canary}`, unavailable],
      ['is empty', '', unavailable],
      ['is no object', `["${canary}"]`, unavailable],
      ['is null', 'null', unavailable],
      ['is an error with 200', `{"error":"invalid_token","error_description":"${canary}"}`, refused],
    ];
    for (const [what, text, code] of texts) {
      it(`${what}, fails as ${code}`, () =>
        withLies(json(text), async (upstream) => assert.equal((await failureOf(call(upstream))).code, code)));
    }
  });
}

describe('a refusal', () => {
  const detailFor = (lie: Lie) => withLies(lie, (upstream) => failureOf(upstream.user(grant)));

  it('names the status and a published error code', async () => {
    const error = await detailFor(json({ error: 'invalid_token', error_description: canary }, 401));
    assert.equal(error.detail, 'entitylocker user: status 401 invalid_token');
    assert.deepEqual(refusalOf(error), { status: 401, error: 'invalid_token' });
  });

  it('names no code that is not published, nor one of a body that is too long or cut', async () => {
    const padding = ' '.repeat(20_000);
    for (const body of [
      { error: `${canary}` },
      `${padding}{"error":"invalid_token"}`,
      '{"error":"invalid_token"',
      '[1]',
      '{"error":{}}',
    ]) {
      const error = await detailFor(json(body, 403));
      assert.equal(error.detail, 'entitylocker user: status 403');
      assert.deepEqual(refusalOf(error), { status: 403 });
    }
  });

  it('keeps its status when the body never comes', async () => {
    const hanging: Lie = (response) => {
      response.writeHead(401, { 'content-type': 'application/json' });
      response.flushHeaders();
    };
    const error = await withLies(hanging, (upstream) => failureOf(upstream.user(grant)), { deadlineMs: 120 });
    assert.deepEqual(refusalOf(error), { status: 401 });
  });
});

describe('an outgoing call', () => {
  it('asks for unpacked bytes on a connection of its own', () =>
    withLies(json({}), async (upstream, { requests }) => {
      await upstream.user(grant);
      const headers = requests[0]?.headers;
      assert.equal(headers?.['accept-encoding'], 'identity');
      assert.equal(headers?.connection, 'close');
      assert.equal(headers?.authorization, `Bearer ${grant.accessToken}`);
      assert.equal(requests[0]?.target, '/oauth2/1/user');
    }));

  for (const status of [200, 302, 401, 500]) {
    it(`lets go of the connection when it gives up on an endless ${status}`, { timeout: 3000 }, async () => {
      let closed = () => {};
      const gone = new Promise<void>((done) => {
        closed = done;
      });
      const lie: Lie = (response, seen) => {
        response.on('close', closed);
        response.writeHead(status, { 'content-type': 'application/json' });
        flood(response, seen);
      };
      const run = async (upstream: Upstream) => {
        await failureOf(upstream.user(grant));
        await gone;
      };
      await withLies(lie, run, { deadlineMs: 60_000 });
    });
  }

  it('takes an answer of exactly the cap and refuses one byte more', async () => {
    const body = JSON.stringify({ name: 'x'.repeat(988) });
    for (const [cap, code] of [
      [body.length, undefined],
      [body.length - 1, refused],
    ] as const) {
      const settings = { jsonBytesMax: cap };
      if (code)
        await withLies(
          json(body),
          async (upstream) => assert.equal((await failureOf(upstream.user(grant))).code, code),
          settings,
        );
      else await withLies(json(body), async (upstream) => assert.ok((await upstream.user(grant)).name), settings);
    }
  });

  it('accepts a simulator only where that is allowed', () =>
    withLies(
      simulated,
      async (upstream) => assert.ok(await upstream.fetchDocument(grant, document, 'application/pdf')),
      {
        refuseSimulator: false,
      },
    ));

  it('says a name that is not found and a bad certificate are unavailable', async () => {
    for (const code of [
      'ENOTFOUND',
      'CERT_HAS_EXPIRED',
      'ERR_TLS_CERT_ALTNAME_INVALID',
      'DEPTH_ZERO_SELF_SIGNED_CERT',
    ]) {
      const cause = Object.assign(new Error(`${canary} 127.0.0.1`), { code });
      const failing = () => Promise.reject(new TypeError('fetch failed', { cause }));
      const settings = { baseUrl: 'https://entity.example/public', clientId: 'c', clientSecret: 's' };
      const error = await failureOf(createEntityLocker(settings, { fetch: failing }).user(grant));
      assert.deepEqual([error.code, error.detail], [unavailable, `entitylocker user: connection fault ${code}`]);
    }
  });
});
