import { randomUUID } from 'node:crypto';
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { errorCatalogue, problemMediaType, problemType } from '@tijori/wire';
import type { Logger } from '../log/logger.ts';
import type { Outbox } from '../outbox/outbox.ts';

/**
 * How long one turn of the event loop takes requests in, ms. A request that is read later has waited for so long already, and
 * with its own work and the commit would be answered when its client has given up.
 */
const turnMsMax = 40;
/** … once so many were taken in. If fewer take so long, it is the machine that is slow, and refusing them helps nobody. */
const turnRequestsMin = 64;

/** After so long without a request an earlier long turn says nothing about the next, ms. */
const restMs = 250;

/** Overload is told of at most so often, ms. */
const toldEveryMs = 10_000;

/** Overload is answered like a restart: nothing of the request was done, and it may be repeated soon. */
const code = 'overloaded';
const { status, message, retryAfterSeconds } = errorCatalogue[code];

interface Turns {
  now: () => number;
  /** Calls back when everything of the present turn has been read. */
  atEnd: (then: () => void) => void;
}

/**
 * Tells when a server is given more than it can do: each turn of the event loop reads what has come in since the one before,
 * so turns grow until one takes longer than clients wait. One long turn is a burst, or a pause of the collector, and is worked
 * off; only in the second in a row is what comes late refused.
 *
 * The measure is time, not a number of requests under way: those that wait for EntityLocker cost nothing meanwhile, and a
 * number that fits one machine fits no other.
 */
export function turnWatch({ now, atEnd }: Turns = { now: () => performance.now(), atEnd: setImmediate }) {
  let beganMs: number | undefined;
  let taken = 0;
  let endedMs = Number.NEGATIVE_INFINITY;
  let lastWasLong = false;

  const begin = (nowMs: number) => {
    beganMs = nowMs;
    taken = 0;
    if (nowMs - endedMs > restMs) lastWasLong = false;
    atEnd(() => {
      endedMs = now();
      lastWasLong = endedMs - nowMs > turnMsMax;
      beganMs = undefined;
    });
  };

  return {
    /** Whether the request that has just been read came too late in its turn. */
    isTooLate(): boolean {
      const nowMs = now();
      if (beganMs === undefined) begin(nowMs);
      if (lastWasLong && taken >= turnRequestsMin && nowMs - (beganMs ?? nowMs) > turnMsMax) return true;
      taken += 1;
      return false;
    },
  };
}

/** Calls of programs, which know how to repeat them. People's pages and health checks are few, and always served. */
const sheddable = ['/kyc/', '/v1/', '/authenticate'];

/**
 * Puts a server's handler behind the watch: what is too much is answered 503 with `Retry-After` before anything else looks at
 * it, at a quarter of what a creation costs, nearly all of it Node’s own, so that the rest is served in time (acceptance §1.4). Every call is counted for the outbox,
 * whose deliveries give way before anything is refused.
 */
export function shedOverload(
  handler: RequestListener,
  { log, now, outbox }: { log: Pick<Logger, 'warn'>; now: () => number; outbox: Pick<Outbox, 'noteCall'> },
  watch = turnWatch(),
): RequestListener {
  let refused = 0;
  let toldMs = Number.NEGATIVE_INFINITY;
  return (request, response) => {
    outbox.noteCall();
    if (!watch.isTooLate() || !isSheddable(request)) return handler(request, response);
    refused += 1;
    refuse(request, response, now());
    if (now() - toldMs < toldEveryMs) return;
    toldMs = now();
    log.warn({ refused }, 'overloaded: requests are refused');
    refused = 0;
  };
}

function isSheddable({ url = '' }: IncomingMessage): boolean {
  return sheddable.some((beginning) => url.startsWith(beginning));
}

function refuse({ url = '' }: IncomingMessage, response: ServerResponse, timestamp: number): void {
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
    'retry-after': String(retryAfterSeconds),
    'x-error-code': code,
    'x-transaction-id': id,
  });
  response.end(text);
}
