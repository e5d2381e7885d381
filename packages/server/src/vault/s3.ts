import { hash } from 'node:crypto';
import { Readable } from 'node:stream';
import { AwsClient } from 'aws4fetch';
import { AppError } from '../domain/app-error.ts';
import { type BlobEntry, type Blobs, checkBlobName, isBlobName } from './blobs.ts';
import type { ByteSource } from './pieces.ts';
import type { S3Settings } from './s3-settings.ts';

/** How long one call may take, ms; of a `get` without its body, of which each piece has so long. */
const callMsDefault = 20_000;
/** Names of one page of a listing. */
const pageDefault = 1_000;

interface S3Options {
  /** Sends a signed request. */
  send?: typeof fetch;
  pageMax?: number;
  callMsMax?: number;
}

/**
 * Blobs as objects of a bucket, `<prefix><name>`. The store keeps an object whole or not at all and acknowledges it when it
 * is durable; `If-None-Match: *` makes it refuse a taken name. A blob is held in memory on its way there, because the
 * signature covers its hash: documents have 10 MiB at most.
 */
export function openS3Blobs(
  settings: S3Settings,
  { send = fetch, pageMax = pageDefault, callMsMax = callMsDefault }: S3Options = {},
): Blobs {
  const { endpoint, region, bucket, prefix, accessKeyId, secretAccessKey } = settings;
  const client = new AwsClient({ accessKeyId, secretAccessKey, region, service: 's3' });
  const root = `${endpoint.replace(/\/+$/, '')}/${bucket}`;

  /** One call, and what `read` makes of its answer. Rejects for every status but those that the caller expects. */
  const call = async <Result>(
    { method, url, expected, body, headers = {} }: Call,
    read: (response: Response, over: AbortController) => Result | Promise<Result>,
  ): Promise<Result> => {
    const over = new AbortController();
    const timer = setTimeout(() => over.abort(), callMsMax);
    try {
      const signed = await client.sign(url, {
        method,
        headers: { ...headers, 'x-amz-content-sha256': hash('sha256', body ?? '') },
        ...(body ? { body: new Uint8Array(body) } : {}),
      });
      const response = await send(signed, { signal: over.signal, redirect: 'error' });
      if (!expected.includes(response.status)) throw await refusal(response);
      return await read(response, over);
    } catch (cause) {
      throw translated(cause);
    } finally {
      clearTimeout(timer);
    }
  };
  const urlOf = (name: string) => {
    checkBlobName(name);
    return `${root}/${prefix}${name}`;
  };
  const reading = (name: string): Call => ({ method: 'GET', url: urlOf(name), expected: [200, 404] });

  return {
    async put(name, source) {
      const url = urlOf(name);
      const body = await gathered(source);
      const expected = [200, 201, 204, 409, 412];
      const isNew = await call({ method: 'PUT', url, expected, body, headers: { 'if-none-match': '*' } }, isOk);
      if (!isNew) throw new AppError('internal', { detail: 'blobs: name is taken' });
      return { sizeBytes: body.length };
    },
    get: async (name) =>
      call(reading(name), async (response, over) =>
        response.body && (await isThere(response)) ? streamOf(response.body, over, callMsMax) : undefined,
      ),
    async whole(name, sizeBytes, use) {
      const bytes = await call(reading(name), async (response) =>
        (await isThere(response)) ? Buffer.from(await response.arrayBuffer()) : undefined,
      );
      return bytes && use(bytes.subarray(0, sizeBytes + 1));
    },
    async remove(name) {
      await call({ method: 'DELETE', url: urlOf(name), expected: [200, 204, 404] }, isOk);
    },
    async *list() {
      for (let token: string | undefined = ''; token !== undefined; ) {
        const query = new URLSearchParams({ 'list-type': '2', 'max-keys': String(pageMax), prefix });
        if (token) query.set('continuation-token', token);
        const url = `${root}?${query}`;
        const page: string = await call({ method: 'GET', url, expected: [200] }, (response) => response.text());
        yield* entriesOf(page, prefix);
        token = fieldOf(page, 'IsTruncated') === 'true' ? fieldOf(page, 'NextContinuationToken') : undefined;
      }
    },
  };
}

interface Call {
  method: string;
  url: string;
  expected: readonly number[];
  body?: Buffer;
  headers?: Record<string, string>;
}

/** Of an answer whose body nobody wants. */
async function isOk(response: Response): Promise<boolean> {
  await response.body?.cancel();
  return response.ok;
}

/** Whether it has a body to be read. */
async function isThere(response: Response): Promise<boolean> {
  return response.status === 200 || (await isOk(response));
}

/** A body as it comes. Each piece has its time from when it is wanted, so that a reader may be as slow as it likes. */
function streamOf(body: ReadableStream<Uint8Array>, over: AbortController, pieceMsMax: number): Readable {
  const reader = body.getReader();
  const piece = async () => {
    const timer = setTimeout(() => over.abort(), pieceMsMax);
    try {
      return await reader.read();
    } catch (cause) {
      throw translated(cause);
    } finally {
      clearTimeout(timer);
    }
  };
  async function* pieces() {
    for (let { done, value } = await piece(); !done; { done, value } = await piece()) yield value;
  }
  const stream = Readable.from(pieces(), { objectMode: false });
  // Also when nobody began to read it.
  stream.once('close', () => over.abort());
  return stream;
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

function translated(cause: unknown): AppError {
  if (cause instanceof AppError) return cause;
  return new AppError('storage_unavailable', { detail: `blobs: ${faultName(cause)}` });
}

function faultName(cause: unknown): string {
  const { cause: inner } = cause instanceof Error ? cause : { cause: undefined };
  if (inner instanceof Error && 'code' in inner) return String(inner.code);
  return cause instanceof Error ? cause.name : 'fault';
}
