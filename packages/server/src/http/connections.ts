import { createServer, type RequestListener, type Server } from 'node:http';
import type { Socket } from 'node:net';
import type { Deps } from '../usecases/deps.ts';
import { connectionRefusals } from './connection-refusals.ts';
import { shedOverload } from './overload.ts';

/** How long a connection may take for what, ms, and how many there may be (acceptance §5, I3). */
export interface ConnectionLimits {
  /** From the first byte of a request, or from the start of a connection, to the end of the headers. */
  headersMsMax: number;
  /** … to the end of the body. */
  requestMsMax: number;
  /** Between two requests. */
  keepAliveMs: number;
  /** Without a byte in either direction, such as a client that does not read its answer. */
  stalledMsMax: number;
  /** How often these are looked at; Node's own 30 s would make of 10 s up to 40. */
  checkEveryMs: number;
  /** Connections at once; one more is closed as it comes. Slow ones are gone after 10 s, so a flood has to be renewed. */
  connectionsMax: number;
}

const limits: ConnectionLimits = {
  headersMsMax: 10_000,
  requestMsMax: 30_000,
  keepAliveMs: 5_000,
  stalledMsMax: 60_000,
  checkEveryMs: 2_000,
  connectionsMax: 5_000,
};

/** Address line and headers together, bytes. */
const headerBytesMax = 16 * 1024;
/** Header lines. Node would silently drop those past its own limit, but frame the body by them. */
export const headersMax = 100;

/**
 * How Fastify gets its server: with limits for its connections, and with an answer of ours to everything that Node would
 * refuse by itself. As a factory, because `localhost` has two addresses and Fastify makes a server for each.
 */
export function connections(deps: Pick<Deps, 'log' | 'now' | 'outbox'>, changed: Partial<ConnectionLimits> = {}) {
  const { headersMsMax, requestMsMax, keepAliveMs, stalledMsMax, checkEveryMs, connectionsMax } = {
    ...limits,
    ...changed,
  };
  const { refuse, answerClientError } = connectionRefusals(deps);

  const serverFactory = (handler: RequestListener): Server => {
    const server = createServer(
      {
        requestTimeout: requestMsMax,
        headersTimeout: Math.min(headersMsMax, requestMsMax),
        keepAliveTimeout: keepAliveMs,
        connectionsCheckingInterval: checkEveryMs,
        maxHeaderSize: headerBytesMax,
        // A header that came twice is seen as `a, b`, which is no host, no token and no type; the first alone would be.
        joinDuplicateHeaders: true,
        // Node's own answer has no body; the request guard gives ours.
        requireHostHeader: false,
      },
      shedOverload(handler, deps),
    );
    closeStalled(server, stalledMsMax, checkEveryMs);
    server.maxConnections = connectionsMax;
    server.maxHeadersCount = headersMax + 1;
    server.on('clientError', answerClientError);
    server.on('connect', (_request, socket) => refuse(socket as Socket, 'malformed_request', 'CONNECT'));
    // Node would answer 417 by itself; the request guard sees the header.
    server.on('checkExpectation', (request, response) => server.emit('request', request, response));
    let dropped = 0;
    server.on('drop', () => {
      dropped += 1;
      // The 1st, 2nd, 4th, 8th …: a flood of connections must not become a flood of lines.
      if (Number.isInteger(Math.log2(dropped))) deps.log.warn({ connectionsMax, dropped }, 'too many connections');
    });
    return server;
  };
  // Fastify's own handler would answer a second time.
  return { serverFactory, clientErrorHandler: () => {} };
}

/**
 * Closes each connection over which no byte has gone for so long. Looked at from time to time, since Node's own timeout of a
 * socket is set anew by every request and every answer, which is dear where nearly none is ever needed.
 */
function closeStalled(server: Server, stalledMsMax: number, checkEveryMs: number): void {
  const seen = new Map<Socket, { bytes: number; sinceMs: number }>();
  server.on('connection', (socket: Socket) => {
    seen.set(socket, { bytes: 0, sinceMs: performance.now() });
    socket.once('close', () => seen.delete(socket));
  });
  const timer = setInterval(() => {
    const nowMs = performance.now();
    for (const [socket, last] of seen) {
      const bytes = socket.bytesRead + socket.bytesWritten;
      if (bytes !== last.bytes) {
        last.bytes = bytes;
        last.sinceMs = nowMs;
      } else if (nowMs - last.sinceMs >= stalledMsMax) {
        socket.destroy();
      }
    }
  }, checkEveryMs);
  timer.unref();
  server.once('close', () => clearInterval(timer));
}
