import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AwsV4Signer } from 'aws4fetch';
import S3rver, { type Context } from 's3rver';
import type { S3Settings } from '../vault/s3-settings.ts';

const bucket = 'tijori-vault';

const credentials = { accessKeyId: 'S3RVER', secretAccessKey: 'S3RVER' };
const region = 'us-east-1';

/**
 * An S3 server with one empty bucket, on a folder of its own. s3rver keeps and lists the objects; two things that it is too
 * old for are judged in front of it: signatures of version 4, and conditional writes (`If-None-Match: *`).
 */
export async function startS3(): Promise<{ settings: S3Settings; close(): Promise<void> }> {
  const directory = await mkdtemp(join(tmpdir(), 'tijori-s3-'));
  const server = new S3rver({
    address: '127.0.0.1',
    port: 0,
    silent: true,
    directory,
    configureBuckets: [{ name: bucket }],
  });
  const writing = new Set<string>();
  server.middleware.unshift(async (ctx: Context, next: () => Promise<void>) => {
    if (!(await isSigned(ctx))) return refuse(ctx, 403, 'SignatureDoesNotMatch');
    if (ctx.method !== 'PUT' || ctx.get('if-none-match') !== '*') return next();
    const [, , key = ''] = /^\/([^/]+)\/(.+)$/.exec(ctx.path) ?? [];
    if (writing.has(key)) return refuse(ctx, 412, 'PreconditionFailed');
    // Taken before anything is waited for: else two could both find nothing there.
    writing.add(key);
    try {
      if (await server.store.existsObject(bucket, key)) return refuse(ctx, 412, 'PreconditionFailed');
      await next();
    } finally {
      writing.delete(key);
    }
  });
  const { port } = await server.run();
  return {
    settings: {
      endpoint: `http://127.0.0.1:${port}`,
      region,
      bucket,
      prefix: 'vault/',
      ...credentials,
    },
    async close() {
      await server.close();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

function refuse(ctx: Context, status: number, code: string): void {
  ctx.status = status;
  ctx.body = `<Error><Code>${code}</Code></Error>`;
}

/** Whether the request carries the very signature that our secret makes of it. */
async function isSigned({ method, href, headers }: Context): Promise<boolean> {
  const given = headers.authorization ?? '';
  const [, names = ''] = /SignedHeaders=([^,]+),/.exec(given) ?? [];
  const signed = names.split(';').filter((name) => name !== 'host' && name !== 'x-amz-date');
  const signer = new AwsV4Signer({
    ...credentials,
    region,
    service: 's3',
    method,
    url: href,
    headers: Object.fromEntries(signed.map((name) => [name, headers[name] ?? ''])),
    datetime: headers['x-amz-date'] ?? '',
  });
  return given === (await signer.sign()).headers.get('authorization');
}
