import { joinBytes } from '../join-bytes.ts';
import type { WebhookHeaders } from './headers.ts';
import type { RawBody } from './raw-body.ts';
import { openReceiver, type Receiver, type ReceiverOptions, tooLarge } from './receiver.ts';

/**
 * A handler from a web `Request` to a `Response`, which is what Next.js (route handlers), Deno, Bun and edge runtimes call.
 *
 * @example
 * // app/hooks/tijori/route.js of Next.js
 * export const POST = fetchReceiver({ secrets: () => process.env.WEBHOOK_SECRET, onEvent: (event) => queue.add(event) });
 */
export function fetchReceiver(options: ReceiverOptions): (request: Request) => Promise<Response> {
  const receiver = openReceiver(options);
  return (request) => respond(receiver, request.headers, () => unreadBody(request, receiver.bodyBytesMax));
}

/** As much of a context of Hono as is used. */
export interface HonoContext {
  req: { raw: Request; bodyCache: object; arrayBuffer(): Promise<ArrayBuffer> };
}

/**
 * A handler for Hono.
 *
 * @example app.post('/hooks/tijori', honoReceiver({ secrets: process.env.WEBHOOK_SECRET, onEvent: (event) => queue.add(event) }));
 */
export function honoReceiver(options: ReceiverOptions): (context: HonoContext) => Promise<Response> {
  const receiver = openReceiver(options);
  const { bodyBytesMax } = receiver;
  return ({ req }) =>
    respond(receiver, req.raw.headers, async () => {
      // What a middleware has read Hono keeps, and makes every other form of the first one: of JSON it would write the text anew.
      const [firstForm] = Object.keys(req.bodyCache);
      if (firstForm !== 'text' && firstForm !== 'arrayBuffer') return unreadBody(req.raw, bodyBytesMax);
      const body = await req.arrayBuffer();
      if (body.byteLength > bodyBytesMax) throw tooLarge(bodyBytesMax);
      return body;
    });
}

async function respond(receiver: Receiver, headers: WebhookHeaders, read: () => Promise<RawBody>): Promise<Response> {
  const { status, text } = await receiver.receive(headers, read);
  if (status === 204) return new Response(null, { status });
  return new Response(text, { status, headers: { 'content-type': 'text/plain; charset=utf-8' } });
}

async function unreadBody(request: Request, bytesMax: number): Promise<Uint8Array> {
  if (request.bodyUsed) {
    throw new TypeError('The body was read before the webhook receiver came to it: nothing may read it on this route.');
  }
  const parts: Uint8Array[] = [];
  const reader = request.body?.getReader();
  for (let bytes = 0; reader; ) {
    const { done, value } = await reader.read();
    if (done) break;
    bytes += value.byteLength;
    if (bytes > bytesMax) {
      await reader.cancel();
      throw tooLarge(bytesMax);
    }
    parts.push(value);
  }
  return joinBytes(parts);
}
