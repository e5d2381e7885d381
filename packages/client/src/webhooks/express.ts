import { joinBytes } from '../join-bytes.ts';
import type { RawBody } from './raw-body.ts';
import { openReceiver, type ReceiverOptions, tooLarge } from './receiver.ts';

/** As much of a request of Express (or Node) as is used. */
export interface ExpressRequest {
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  /** Whether somebody has begun to read the body. */
  readonly readableDidRead: boolean;
  readonly destroyed: boolean;
  on(event: 'data', listener: (part: Uint8Array) => void): unknown;
  on(event: 'end' | 'close', listener: () => void): unknown;
  on(event: 'error', listener: (error: Error) => void): unknown;
  pause(): unknown;
}

/** As much of a response of Express (or Node) as is used. */
export interface ExpressResponse {
  statusCode: number;
  setHeader(name: string, value: string): unknown;
  end(text: string): unknown;
}

/**
 * A handler for Express. It reads the raw body itself, so put the route in front of `express.json()`; or keep the bytes there, with
 * `express.json({ verify: (request, response, bytes) => { request.rawBody = bytes; } })`. `express.raw({ type: '*\/*' })` will do, too.
 *
 * @example app.post('/hooks/tijori', expressReceiver({ secrets: process.env.WEBHOOK_SECRET, onEvent: (event) => queue.add(event) }));
 */
export function expressReceiver(
  options: ReceiverOptions,
): (request: ExpressRequest, response: ExpressResponse, next: (error: unknown) => void) => Promise<void> {
  const receiver = openReceiver(options);
  return async (request, response, next) => {
    try {
      const { status, text } = await receiver.receive(request.headers, () => bodyOf(request, receiver.bodyBytesMax));
      response.statusCode = status;
      if (text !== '') response.setHeader('content-type', 'text/plain; charset=utf-8');
      // What was not read of a body that is too large is not waited for.
      if (status === 413) response.setHeader('connection', 'close');
      response.end(text);
    } catch (error) {
      next(error);
    }
  };
}

async function bodyOf(request: ExpressRequest, bytesMax: number): Promise<RawBody> {
  const { rawBody, body } = request as { rawBody?: unknown; body?: unknown };
  for (const kept of [rawBody, body]) {
    if (typeof kept !== 'string' && !(kept instanceof Uint8Array)) continue;
    if (kept.length > bytesMax) throw tooLarge(bytesMax);
    return kept;
  }
  if (!request.readableDidRead) return read(request, bytesMax);
  throw new TypeError(
    'The body was parsed before the webhook receiver came to it: put its route in front of express.json(), or keep the bytes with express.json({ verify: (request, response, bytes) => { request.rawBody = bytes; } }).',
  );
}

function read(request: ExpressRequest, bytesMax: number): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    const parts: Uint8Array[] = [];
    let bytes = 0;
    request.on('data', (part) => {
      bytes += part.byteLength;
      if (bytes <= bytesMax) return void parts.push(part);
      request.pause();
      reject(tooLarge(bytesMax));
    });
    request.on('end', () => resolve(joinBytes(parts)));
    request.on('error', reject);
    const gone = () => reject(new Error('The connection closed before the body was whole.'));
    // Without an end before it: the sender went away, or had done so before anybody came to read.
    request.on('close', gone);
    if (request.destroyed) gone();
  });
}
