import { hash } from 'node:crypto';
import { Readable } from 'node:stream';
import type { ReadableStream as WebStream } from 'node:stream/web';
import { AwsClient } from 'aws4fetch';
import { AppError } from '../domain/app-error.ts';
import { type BlobEntry, type Blobs, checkBlobName, isBlobName } from './blobs.ts';
import type { ByteSource } from './pieces.ts';
import type { S3Settings } from './s3-settings.ts';

/** How long one call may take, ms, the body of a `get` not included. */
const callMsMax = 20_000;
/** Names of one page of a listing. */
const pageDefault = 1_000;

interface S3Options {
  /** Sends a signed request. */
  send?: typeof fetch;
  pageMax?: number;
}

/**
 * Blobs as objects of a bucket, `<prefix><name>`. The store keeps an object whole or not at all and acknowledges it when it
 * is durable; `If-None-Match: *` makes it refuse a taken name. A blob is held in memory on its way there, because the
 * signature covers its hash: documents have 10 MiB at most.
 */
export function openS3Blobs(settings: S3Settings, { send = fetch, pageMax = pageDefault }: S3Options = {}): Blobs {
  const { endpoint, region, bucket, prefix, accessKeyId, secretAccessKey } = settings;
  const client = new AwsClient({ accessKeyId, secretAccessKey, region, service: 's3' });
  const root = `${endpoint.replace(/\/+$/, '')}/${bucket}`;

  /** One call. Rejects for every status but those that the caller expects. */
  const call = async (
    method: string,
    url: string,
    expected: readonly number[],
    { body, headers = {} }: { body?: Buffer; headers?: Record<string, string> } = {},
  ): Promise<Response> => {
    const timeout = new AbortController();
    const timer = setTimeout(() => timeout.abort(), callMsMax);
    try {
      const signed = await client.sign(url, {
        method,
        headers: { ...headers, 'x-amz-content-sha256': hash('sha256', body ?? '') },
        ...(body ? { body: new Uint8Array(body) } : {}),
      });
      const response = await send(signed, { signal: timeout.signal, redirect: 'error' });
      if (expected.includes(response.status)) return response;
      throw await refusal(response);
    } catch (cause) {
      if (cause instanceof AppError) throw cause;
      throw new AppError('storage_unavailable', { detail: `blobs: ${faultName(cause)}` });
    } finally {
      clearTimeout(timer);
    }
  };
  const urlOf = (name: string) => {
    checkBlobName(name);
    return `${root}/${prefix}${name}`;
  };

  const get = async (name: string): Promise<Readable | undefined> => {
    const response = await call('GET', urlOf(name), [200, 404]);
    if (response.status === 200 && response.body) return Readable.fromWeb(response.body as WebStream);
    await response.body?.cancel();
    return undefined;
  };

  return {
    async put(name, source) {
      const url = urlOf(name);
      const body = await gathered(source);
      const response = await call('PUT', url, [200, 201, 204, 409, 412], { body, headers: { 'if-none-match': '*' } });
      await response.body?.cancel();
      if (!response.ok) throw new AppError('internal', { detail: 'blobs: name is taken' });
      return { sizeBytes: body.length };
    },
    get,
    async whole(name, sizeBytes, use) {
      const stream = await get(name);
      return stream && use((await gathered(stream)).subarray(0, sizeBytes + 1));
    },
    async remove(name) {
      const response = await call('DELETE', urlOf(name), [200, 204, 404]);
      await response.body?.cancel();
    },
    async *list() {
      for (let token: string | undefined = ''; token !== undefined; ) {
        const query = new URLSearchParams({ 'list-type': '2', 'max-keys': String(pageMax), prefix });
        if (token) query.set('continuation-token', token);
        const page: string = await (await call('GET', `${root}?${query}`, [200])).text();
        yield* entriesOf(page, prefix);
        token = fieldOf(page, 'IsTruncated') === 'true' ? fieldOf(page, 'NextContinuationToken') : undefined;
      }
    },
  };
}

async function gathered(source: ByteSource): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of source) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/** The fields of S3's listing that we need; names of ours have nothing in them that XML would escape. */
function* entriesOf(page: string, prefix: string): Generator<BlobEntry> {
  for (const [, contents = ''] of page.matchAll(/<Contents>(.*?)<\/Contents>/gs)) {
    const key = fieldOf(contents, 'Key') ?? '';
    const name = key.slice(prefix.length);
    if (!key.startsWith(prefix) || !isBlobName(name)) continue;
    const modifiedAtMs = Date.parse(fieldOf(contents, 'LastModified') ?? '');
    yield { name, sizeBytes: Number(fieldOf(contents, 'Size')), modifiedAtMs };
  }
}

function fieldOf(xml: string, name: string): string | undefined {
  const text = new RegExp(`<${name}>([^<]*)</${name}>`).exec(xml)?.[1];
  return text?.replace(/&(amp|lt|gt|quot|apos|#39);/g, (_, entity: string) => entities[entity] ?? '');
}

const entities: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", '#39': "'" };

/** S3's word for it, such as `AccessDenied`: its message can quote what was sent. */
async function refusal(response: Response): Promise<AppError> {
  const text = await response.text().catch(() => '');
  const word = /^[A-Za-z]{1,64}$/.exec(fieldOf(text, 'Code') ?? '')?.[0] ?? '';
  const detail = `blobs: ${response.status} ${word}`.trim();
  if (response.status === 507 || word === 'QuotaExceeded') return new AppError('storage_full', { detail });
  const passes = response.status >= 500 || response.status === 429;
  return new AppError(passes ? 'storage_unavailable' : 'internal', { detail });
}

function faultName(cause: unknown): string {
  const { cause: inner } = cause instanceof Error ? cause : { cause: undefined };
  if (inner instanceof Error && 'code' in inner) return String(inner.code);
  return cause instanceof Error ? cause.name : 'fault';
}
