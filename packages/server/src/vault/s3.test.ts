import assert from 'node:assert/strict';
import { randomBytes, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { describe, it } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { AwsV4Signer } from 'aws4fetch';
import { freePort } from '../cli/dev-folder.ts';
import { AppError } from '../domain/app-error.ts';
import { startS3 } from '../testing/s3-server.ts';
import { blobsSuite, listed } from './blobs.suite.ts';
import { openS3Blobs } from './s3.ts';
import type { S3Settings } from './s3-settings.ts';

blobsSuite('S3', async () => {
  const server = await startS3();
  return { blobs: openS3Blobs(server.settings), close: server.close };
});

/** Amazon's own examples ("Signature Calculations for the Authorization Header", API reference of S3). */
const example = {
  accessKeyId: 'AKIAIOSFODNN7EXAMPLE',
  secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
  region: 'us-east-1',
  service: 's3',
  datetime: '20130524T000000Z',
  allHeaders: true,
};
const hashOfNothing = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';
const bucket = 'https://examplebucket.s3.amazonaws.com';
const vectors: {
  title: string;
  request: { method: string; url: string; headers?: Record<string, string> };
  signature: string;
}[] = [
  {
    title: 'GET of a part of an object',
    request: { method: 'GET', url: `${bucket}/test.txt`, headers: { range: 'bytes=0-9' } },
    signature: 'f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41',
  },
  {
    title: 'PUT of an object',
    request: {
      method: 'PUT',
      url: `${bucket}/test$file.text`,
      headers: {
        date: 'Fri, 24 May 2013 00:00:00 GMT',
        'x-amz-storage-class': 'REDUCED_REDUNDANCY',
        'x-amz-content-sha256': '44ce7dd67c959e0d3524ffac1771dfbba87d2b6b4b4e99e42034a8b803f8b072',
      },
    },
    signature: '98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd',
  },
  {
    title: 'GET of a configuration',
    request: { method: 'GET', url: `${bucket}/?lifecycle` },
    signature: 'fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543',
  },
  {
    title: 'GET of a listing',
    request: { method: 'GET', url: `${bucket}/?max-keys=2&prefix=J` },
    signature: '34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7',
  },
];

describe('signatures', () => {
  for (const { title, request, signature } of vectors) {
    it(`are those that Amazon publishes: ${title}`, async () => {
      const headers = { 'x-amz-content-sha256': hashOfNothing, ...request.headers };
      const { headers: signed } = await new AwsV4Signer({ ...example, ...request, headers }).sign();
      assert.match(signed.get('authorization') ?? '', new RegExp(`Signature=${signature}$`));
    });
  }
});

describe('Blobs on S3', () => {
  const withServer = async (work: (server: Awaited<ReturnType<typeof startS3>>) => Promise<void>) => {
    const server = await startS3();
    try {
      await work(server);
    } finally {
      await server.close();
    }
  };
  const elsewhere = {
    endpoint: 'https://s3.example',
    region: 'r',
    bucket: 'b',
    prefix: '',
    accessKeyId: 'a',
    secretAccessKey: 's',
  };
  /** A server that sends a half of each answer and no more; `left` resolves when a client has left. */
  const withHalfAnswers = async (work: (settings: S3Settings, left: Promise<void>) => Promise<void>) => {
    const left = Promise.withResolvers<void>();
    const server = createServer((_request, response) => {
      response.once('close', left.resolve);
      response.writeHead(200, { 'content-length': 100_000 }).write('x'.repeat(50_000));
    });
    await once(server.listen(0, '127.0.0.1'), 'listening');
    try {
      const { port } = server.address() as AddressInfo;
      await work({ ...elsewhere, endpoint: `http://127.0.0.1:${port}` }, left.promise);
    } finally {
      server.close().closeAllConnections();
    }
  };
  const fails = (code: string, detail: RegExp) => (error: unknown) => {
    assert.ok(error instanceof AppError);
    assert.equal(error.code, code);
    assert.match(error.detail ?? '', detail);
    assert.doesNotMatch(`${error.stack} ${JSON.stringify(error)}`, /canary/);
    return true;
  };

  it('are refused by a server that holds another secret, and the secret is not told', () =>
    withServer(async ({ settings }) => {
      const blobs = openS3Blobs({ ...settings, secretAccessKey: 'canary-secret' });
      const refused = fails('internal', /^blobs: 403 SignatureDoesNotMatch$/);
      await assert.rejects(blobs.put(randomUUID(), [Buffer.from('x')]), refused);
      await assert.rejects(listed(blobs), refused);
    }));

  it('say which bucket is not there, and that a server does not answer', () =>
    withServer(async (server) => {
      const nowhere = openS3Blobs({ ...server.settings, bucket: 'nowhere' });
      await assert.rejects(listed(nowhere), fails('internal', /^blobs: 404 NoSuchBucket$/));
      const gone = openS3Blobs({ ...server.settings, endpoint: `http://127.0.0.1:${await freePort()}` });
      await assert.rejects(gone.get(randomUUID()), fails('storage_unavailable', /^blobs: ECONNREFUSED$/));
    }));

  it('leave what others keep in the bucket alone', () =>
    withServer(async ({ settings }) => {
      const [ours, others] = ['a/', 'b/'].map((prefix) => openS3Blobs({ ...settings, prefix }));
      const name = randomUUID();
      await others?.put(name, [Buffer.from('theirs')]);
      assert.equal(await ours?.get(name), undefined);
      assert.ok(ours && (await listed(ours)).length === 0);
    }));

  it('are listed whole, also over many pages', async () => {
    const names: string[] = Array.from({ length: 5 }, () => randomUUID());
    const asked: string[] = [];
    // As Amazon answers; s3rver cannot (its token needs a cipher that OpenSSL has given up).
    const send = async (request: unknown) => {
      const { searchParams } = new URL((request as Request).url);
      const token = searchParams.get('continuation-token') ?? '';
      asked.push(token);
      const from = Number(token.split('+/=')[1] ?? 0);
      const page = names.slice(from, from + Number(searchParams.get('max-keys')));
      const next = from + page.length;
      const objects = page.map(
        (name) =>
          `<Contents><Key>v/${name}</Key><LastModified>2026-01-02T03:04:05.000Z</LastModified><Size>7</Size></Contents>`,
      );
      const more = next < names.length ? `<NextContinuationToken>1&amp;+/=${next}</NextContinuationToken>` : '';
      return new Response(
        `<ListBucketResult><IsTruncated>${next < names.length}</IsTruncated>${more}${objects.join('')}</ListBucketResult>`,
      );
    };
    const blobs = openS3Blobs({ ...elsewhere, prefix: 'v/' }, { send, pageMax: 2 });
    assert.deepEqual(
      await listed(blobs),
      names.map((name) => ({ name, sizeBytes: 7, modifiedAtMs: Date.UTC(2026, 0, 2, 3, 4, 5) })),
    );
    assert.deepEqual(asked, ['', '1&+/=2', '1&+/=4']);
  });

  it('give up an answer that stops in its middle, whole, listed or as a stream', { timeout: 60_000 }, () =>
    withHalfAnswers(async (settings) => {
      const blobs = openS3Blobs(settings, { callMsMax: 1_000 });
      const refused = fails('storage_unavailable', /^blobs: AbortError$/);
      const streamed = async () => buffer((await blobs.get(randomUUID())) ?? assert.fail());
      await assert.rejects(blobs.whole(randomUUID(), 100_000, String), refused);
      await assert.rejects(listed(blobs), refused);
      await assert.rejects(streamed(), refused);
    }),
  );

  it('let go of an answer that nobody begins to read', { timeout: 60_000 }, () =>
    withHalfAnswers(async (settings, left) => {
      const stream = (await openS3Blobs(settings).get(randomUUID())) ?? assert.fail();
      stream.destroy();
      await left;
    }),
  );

  it('leave the reader of a stream more time than the server', { timeout: 60_000 }, async () => {
    const callMsMax = 1_500;
    const pieces = Array.from({ length: 8 }, () => randomBytes(50_000));
    const send: typeof fetch = async (_request, { signal } = {}) => {
      const left = [...pieces];
      const body = new ReadableStream<Uint8Array>({
        start: (stream) => signal?.addEventListener('abort', () => stream.error(signal.reason)),
        pull: (stream) => {
          const piece = left.shift();
          if (piece) stream.enqueue(new Uint8Array(piece));
          else stream.close();
        },
      });
      return new Response(body);
    };
    const stream = (await openS3Blobs(elsewhere, { send, callMsMax }).get(randomUUID())) ?? assert.fail();
    const read: Buffer[] = [];
    for await (const piece of stream) {
      if (read.push(piece) === 1) await wait(callMsMax + 500);
    }
    assert.ok(Buffer.concat(read).equals(Buffer.concat(pieces)));
  });

  for (const [status, word, code] of [
    [503, 'SlowDown', 'storage_unavailable'],
    [500, 'InternalError', 'storage_unavailable'],
    [507, 'InsufficientCapacity', 'storage_full'],
    [403, 'QuotaExceeded', 'storage_full'],
    [301, 'PermanentRedirect', 'internal'],
  ] as const) {
    it(`answer ${code} to ${status} ${word}`, async () => {
      const answer = `<Error><Code>${word}</Code><Message>canary</Message></Error>`;
      const blobs = openS3Blobs(elsewhere, { send: async () => new Response(answer, { status }) });
      await assert.rejects(blobs.put(randomUUID(), [Buffer.from('x')]), fails(code, new RegExp(word)));
    });
  }
});
