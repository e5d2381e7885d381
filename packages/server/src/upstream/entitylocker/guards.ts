import { AppError } from '../../domain/app-error.ts';
import type { Refusal } from '../refusal.ts';
import { publishedError } from './published-errors.ts';
import type { ResolvedSettings } from './settings.ts';

export interface CallRequest {
  /** Our own word for the call, for details. */
  name: 'token' | 'revoke' | 'user' | 'entity' | 'issued' | 'document';
  method: 'GET' | 'POST';
  url: string;
  headers: Record<string, string>;
  body?: URLSearchParams;
  /** Media types that the answer may have. */
  accept: readonly string[];
  bodyBytesMax: number;
  /** The status says it all: whatever body comes with a 200 is not read, unless it is a page of something in between. */
  discardsBody?: boolean;
  /** Ends the call wherever it is. Given when several calls share one deadline. */
  deadline?: AbortSignal;
}

/** An answer with status 200, an accepted type and a whole body within its cap. */
export interface CallAnswer {
  bytes: Buffer;
  /** Lower case, without parameters. */
  mediaType: string;
  headers: Headers;
}

export type Call = (request: CallRequest) => Promise<CallAnswer>;

export interface CallOptions {
  settings: Pick<ResolvedSettings, 'deadlineMs' | 'refuseSimulator' | 'reuseConnections'>;
  fetch: typeof globalThis.fetch;
}

const simulatorHeader = 'x-entitylocker-simulator';
const errorBodyBytesMax = 16 * 1024;
const timeoutCodes = new Set([
  'ETIMEDOUT',
  'UND_ERR_CONNECT_TIMEOUT',
  'UND_ERR_HEADERS_TIMEOUT',
  'UND_ERR_BODY_TIMEOUT',
]);

/** Refused: the same call would be answered the same way. The cause says what a use case may need (`refusalOf`). */
export function refused(name: string, what: string, refusal: Refusal): AppError {
  return new AppError('upstream_refused', { detail: `entitylocker ${name}: ${what}`, cause: refusal });
}

/** Unavailable: not an answer of the service as it should be; the same call may succeed later. */
export function unavailable(name: string, what: string, answer?: Refusal): AppError {
  return new AppError('upstream_unavailable', { detail: `entitylocker ${name}: ${what}`, cause: answer });
}

/** EntityLocker is there, but the issuer behind it is not (entitylocker-upstream §2.6). */
function issuerUnavailable(name: string, answer: Refusal): AppError {
  const detail = `entitylocker ${name}: status ${answer.status} ${answer.error ?? ''}`;
  return new AppError('issuer_unavailable', { detail, cause: answer });
}

/**
 * The one way out to EntityLocker (acceptance H1). One deadline over connecting, headers and body; redirects refused;
 * the body capped while it is read, whatever `Content-Length` says, and given up on every early exit.
 *
 * | seen | error |
 * |---|---|
 * | deadline, time-outs of the connection | `upstream_timeout` |
 * | connection and TLS faults, body cut off, 408, 429, 5xx, 530 | `upstream_unavailable` |
 * | `repository_service_*` in the body: the issuer behind EntityLocker | `issuer_unavailable` |
 * | HTML with 200: a maintenance page or a gate in front of the service | `upstream_unavailable` |
 * | any other wrong type, more bytes than the cap, a redirect, 201–206 | `upstream_refused` |
 * | 400, 401, 403, 404, the other 4xx; a simulator's answer in live mode | `upstream_refused` |
 *
 * Details are our own words, the status and published error codes: no text, address or token of either side.
 */
export function createCall({ settings, fetch }: CallOptions): Call {
  return async (request) => {
    const deadline = request.deadline ?? AbortSignal.timeout(settings.deadlineMs);
    const response = await connected(request, deadline, () =>
      fetch(request.url, {
        method: request.method,
        headers: {
          ...request.headers,
          accept: request.headers.accept ?? request.accept.join(', '),
          // The hmac is over exact bytes, and a body that is not unpacked cannot be a bomb.
          'accept-encoding': 'identity',
          ...(settings.reuseConnections ? {} : { connection: 'close' }),
        },
        body: request.body ?? null,
        redirect: 'manual',
        signal: deadline,
      }),
    );
    try {
      return await judged(request, response, deadline, settings.refuseSimulator);
    } finally {
      // Lets the connection go on every early exit; a body that was read to its end does not mind.
      await response.body?.cancel().catch(() => {});
    }
  };
}

async function judged(
  request: CallRequest,
  response: Response,
  deadline: AbortSignal,
  refuseSimulator: boolean,
): Promise<CallAnswer> {
  const { status, headers } = response;
  const { name } = request;
  if (refuseSimulator && headers.has(simulatorHeader)) throw refused(name, 'answered by a simulator', { status });
  if (status >= 400) {
    const error = await errorCodeOf(response, mediaTypeOf(headers));
    const retryAfterMs = retryAfterOf(headers);
    const answer: Refusal = { status, ...(error && { error }), ...(retryAfterMs !== undefined && { retryAfterMs }) };
    if (error?.startsWith('repository_service_')) throw issuerUnavailable(name, answer);
    const what = error ? `status ${status} ${error}` : `status ${status}`;
    if (status >= 500 || status === 429 || status === 408) throw unavailable(name, what, answer);
    throw refused(name, what, answer);
  }
  if (status >= 300) throw refused(name, `redirect (${status})`, { status });
  if (status !== 200) throw refused(name, `status ${status}`, { status });

  const mediaType = mediaTypeOf(headers);
  if (request.discardsBody && mediaType !== 'text/html') return { bytes: Buffer.alloc(0), mediaType, headers };
  if (!request.accept.includes(mediaType)) {
    if (mediaType === 'text/html') throw unavailable(name, 'HTML in the place of the answer');
    throw refused(name, 'answer of another type', { status });
  }
  const bytes = await connected(request, deadline, () => readCapped(response, request.bodyBytesMax));
  if (!bytes) throw refused(name, 'answer is too large', { status });
  return { bytes, mediaType, headers };
}

/** The body, or `undefined` once it is longer than the cap. */
async function readCapped(response: Response, bytesMax: number): Promise<Buffer | undefined> {
  const chunks: Uint8Array[] = [];
  let total = 0;
  // Leaving the loop cancels the stream, and with it the connection.
  for await (const chunk of response.body ?? []) {
    total += chunk.length;
    if (total > bytesMax) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** `Retry-After` in seconds (RFC 9110 §10.2.3); the form with a date is for caches and not read. */
function retryAfterOf(headers: Headers): number | undefined {
  const value = headers.get('retry-after')?.trim() ?? '';
  return /^\d{1,6}$/.test(value) ? Number(value) * 1000 : undefined;
}

/** The published error code in a refusal's body, if it is there; nothing else of the body is looked at. */
async function errorCodeOf(response: Response, mediaType: string): Promise<string | undefined> {
  if (!jsonTypes.includes(mediaType)) return undefined;
  try {
    const bytes = await readCapped(response, errorBodyBytesMax);
    return bytes && publishedError(JSON.parse(bytes.toString('utf8')));
  } catch {
    return undefined;
  }
}

async function connected<T>(request: CallRequest, deadline: AbortSignal, action: () => Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (error) {
    if (deadline.aborted) {
      throw new AppError('upstream_timeout', { detail: `entitylocker ${request.name}: deadline` });
    }
    const code = faultCodeOf(error);
    if (timeoutCodes.has(code)) {
      throw new AppError('upstream_timeout', { detail: `entitylocker ${request.name}: ${code}` });
    }
    throw unavailable(request.name, `connection fault ${code}`);
  }
}

/** Node's code of a fault, such as `ECONNRESET`; never its message, which can name addresses. */
function faultCodeOf(error: unknown): string {
  for (let at = error, depth = 0; at instanceof Error && depth < 5; at = at.cause, depth += 1) {
    if ('code' in at && typeof at.code === 'string' && /^[A-Z][A-Z0-9_]{2,40}$/.test(at.code)) return at.code;
  }
  return 'without a code';
}

/** What EntityLocker may call JSON. */
export const jsonTypes: readonly string[] = ['application/json', 'text/json'];

function mediaTypeOf(headers: Headers): string {
  return (headers.get('content-type') ?? '').split(';', 1).join('').trim().toLowerCase();
}

/** The JSON object of an answer. What does not parse was cut or garbled: `upstream_unavailable`. */
export function jsonObjectOf(name: CallRequest['name'], answer: CallAnswer): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(answer.bytes.toString('utf8').replace(/^\uFEFF/, ''));
  } catch {
    throw unavailable(name, 'JSON does not parse');
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw unavailable(name, 'JSON is no object');
  const error = publishedError(value);
  if (error) throw refused(name, `error ${error} with status 200`, { status: 200, error });
  return { ...value };
}
