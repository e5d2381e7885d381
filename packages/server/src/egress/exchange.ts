import type { Agent, Dispatcher } from 'undici';
import type { EgressAnswer, EgressRequest } from './egress.ts';
import { EgressFailure } from './failure.ts';

/** Calls back after a while, ms, unless it is cleared before. */
export type Timer = (over: () => void, ms: number) => NodeJS.Timeout;

/**
 * A request and its answer, within the deadline, as much of it as is wanted. The deadline is a signal, which takes one that still waits for a
 * connection out of undici's queue: a bare handler would stay there for as long as no connection comes.
 */
export async function exchange(agent: Agent, url: URL, request: EgressRequest, timer: Timer): Promise<EgressAnswer> {
  const over = new AbortController();
  const deadline = timer(() => over.abort(new EgressFailure('timed_out')), request.deadlineMs);
  try {
    const answer = await agent.request({
      origin: url.origin,
      path: `${url.pathname}${url.search}`,
      method: request.method,
      headers: request.headers ?? {},
      body: request.body ?? null,
      signal: over.signal,
      // The signal alone decides.
      headersTimeout: 0,
      bodyTimeout: 0,
    });
    const headers = plainHeaders(answer.headers);
    // Whatever is not read breaks off; what breaks then is nobody's business.
    answer.body.on('error', () => {});
    const type = (headers['content-type'] ?? '').split(';', 1)[0]?.trim().toLowerCase() ?? '';
    if (request.contentTypes && !request.contentTypes.includes(type)) {
      answer.body.destroy();
      throw new EgressFailure('content_type_refused');
    }
    return { status: answer.statusCode, headers, body: await readBody(answer, request) };
  } finally {
    clearTimeout(deadline);
  }
}

async function readBody({ body }: Dispatcher.ResponseData, { bytesMax, excess }: EgressRequest): Promise<Buffer> {
  const pieces: Buffer[] = [];
  let length = 0;
  for await (const piece of body as AsyncIterable<Buffer>) {
    pieces.push(piece);
    length += piece.length;
    // Leaving the loop destroys the body, and with it the connection.
    if (length > bytesMax) break;
  }
  if (length > bytesMax && excess === 'refuse') throw new EgressFailure('answer_too_large');
  return Buffer.concat(pieces).subarray(0, bytesMax);
}

function plainHeaders(headers: Dispatcher.ResponseData['headers']): Record<string, string> {
  const plain: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined) plain[name.toLowerCase()] = Array.isArray(value) ? value.join(', ') : value;
  }
  return plain;
}
