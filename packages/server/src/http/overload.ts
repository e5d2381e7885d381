import { randomUUID } from 'node:crypto';
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { errorCatalogue, problemMediaType, problemType } from '@tijori/wire';
import type { Logger } from '../log/logger.ts';
import type { Outbox } from '../outbox/outbox.ts';
import { heldConnections } from './held-connections.ts';
import { type OverloadWatch, overloadWatch } from './overload-watch.ts';

/** Refusals are told of together so often, ms. */
const toldEveryMs = 1_000;

/** Overload is answered like a restart: nothing of the request was done, and it may be repeated soon. */
const code = 'overloaded';
const { status, message, retryAfterSeconds } = errorCatalogue[code];

/** Calls of programs, which know how to repeat them. People's pages and health checks are few, and always served. */
const sheddable = ['/kyc/', '/v1/', '/authenticate'];

/**
 * Puts a server's handler behind the watch: what is too much is answered 503 with `Retry-After` before anything else looks at
 * it, at a quarter of what a creation costs, nearly all of it Node’s own, so that the rest is served in time (acceptance §1.4); its connection is then
 * left alone for a while. Every call is counted for the outbox, whose deliveries give way before anything is refused.
 */
export function shedOverload(deps: OverloadDeps, parts: Partial<Parts> = {}) {
  const { log, now, outbox, commitWaitMs, isClosing } = deps;
  const { watch = overloadWatch({ commitWaitMs }), connections = heldConnections(), after = unrefTimer } = parts;
  const count = countRefusals(log, after);
  return (handler: RequestListener): RequestListener =>
    (request, response) => {
      outbox.noteCall();
      const { socket } = request;
      const isTooLate = watch.isTooLate(request.method !== 'GET');
      const isRefused = isTooLate || connections.hasWaited(socket);
      if (!isRefused || !isSheddable(request)) {
        connections.noteServed();
        return handler(request, response);
      }
      count();
      const isLast = isClosing();
      if (isLast) response.setHeader('connection', 'close');
      refuse(request, response, { timestamp: now(), heldMs: connections.heldMs });
      // Not before it has been taken in: Node reads on for the rest of a request, whatever was said before.
      if (!isLast && (isTooLate || watch.isFull()))
        request.once('close', () => socket.writable && connections.hold(socket));
    };
}

interface OverloadDeps {
  commitWaitMs: () => number;
  /** Whether the server waits for its connections to end. */
  isClosing: () => boolean;
  log: Pick<Logger, 'warn'>;
  now: () => number;
  outbox: Pick<Outbox, 'noteCall'>;
}

/** What it is put together from; for tests. */
interface Parts {
  watch: OverloadWatch;
  connections: ReturnType<typeof heldConnections>;
  after: (ms: number, then: () => void) => void;
}

/** One line for all refusals of a second: a line for each would cost as much as they do. */
function countRefusals(log: Pick<Logger, 'warn'>, after: Parts['after']) {
  let refused = 0;
  const tell = () => {
    log.warn({ refused }, 'overloaded: requests were refused');
    refused = 0;
  };
  return () => {
    if (refused === 0) after(toldEveryMs, tell);
    refused += 1;
  };
}

function unrefTimer(ms: number, then: () => void): void {
  setTimeout(then, ms).unref();
}

function isSheddable({ url = '' }: IncomingMessage): boolean {
  return sheddable.some((beginning) => url.startsWith(beginning));
}

function refuse(
  { url = '' }: IncomingMessage,
  response: ServerResponse,
  { timestamp, heldMs }: { timestamp: number; heldMs: number },
): void {
  const id = randomUUID();
  const isOurs = url.startsWith('/v1/');
  const body = isOurs
    ? { type: problemType(code), title: message, status, code, transaction_id: id }
    : { code: status, timestamp, message, transaction_id: id };
  const text = JSON.stringify(body);
  response.writeHead(status, {
    'content-type': isOurs ? problemMediaType : 'application/json; charset=utf-8',
    'content-length': Buffer.byteLength(text),
    'cache-control': 'no-store',
    'retry-after': String(Math.max(retryAfterSeconds, Math.ceil(heldMs / 1_000))),
    'x-error-code': code,
    'x-transaction-id': id,
  });
  response.end(text);
}
