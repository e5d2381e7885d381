import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { Socket } from 'node:net';
import type { Deps } from '../usecases/deps.ts';
import { connectionRefusals } from './connection-refusals.ts';
import { watchConnections } from './connection-watch.ts';
import { endConnections, type LateLimits } from './end-connections.ts';
import { shedOverload } from './overload.ts';

/** How long a connection may take for what, ms, and how many there may be (acceptance §5, I3). */
export interface ConnectionLimits extends LateLimits {
  /** From the first byte of a request, or from the start of a connection, to the end of the headers. */
  headersMsMax: number;
  /** … to the end of the body. */
  requestMsMax: number;
  /** Between two requests. */
  keepAliveMs: number;
  /** Without a byte in either direction, such as a client that does not read its answer; not while it waits for one to begin. */
  stalledMsMax: number;
  /** How often headers and bodies are looked at; Node's own 30 s would make of 10 s up to 40, and thousands that are late together are refused together. */
  checkEveryMs: number;
  /** How often connections are looked at for the rest. */
  lookEveryMs: number;
  /** Connections at once; one more is closed as it comes. Slow ones are gone after 10 s, so a flood has to be renewed. */
  connectionsMax: number;
  /** Of these, with a request that comes in piece by piece; past it the oldest are given up. */
  slowMax: number;
}

/** Of the 10 s that a stop may take (acceptance I4), ms: the rest is for deliveries under way and for the database. */
export const lateAnswerMsMax = 7_000;

const limits: ConnectionLimits = {
  headersMsMax: 10_000,
  requestMsMax: 30_000,
  keepAliveMs: 5_000,
  stalledMsMax: 60_000,
  checkEveryMs: 250,
  lookEveryMs: 1_000,
  connectionsMax: 5_000,
  slowMax: 2_500,
  lateRequestMsMax: 1_000,
  lateAnswerMsMax,
};

/** Address line and headers together, bytes. */
const headerBytesMax = 16 * 1024;
/** Header lines. Node would silently drop those past its own limit, but frame the body by them. */
export const headersMax = 100;

/**
 * How Fastify gets its server: with limits for its connections, and with an answer of ours to everything that Node would
 * refuse by itself. As a factory, because `localhost` has two addresses and Fastify makes a server for each; `close` closes all of them.
 */
export function connections(
  deps: Pick<Deps, 'log' | 'now' | 'outbox' | 'commitWaitMs'>,
  changed: Partial<ConnectionLimits> = {},
) {
  const { headersMsMax, requestMsMax, keepAliveMs, checkEveryMs, connectionsMax, ...watched } = {
    ...limits,
    ...changed,
  };
  const { refuse, answerClientError } = connectionRefusals(deps);
  const servers = new Map<Server, () => Iterable<Socket>>();
  let isClosing = false;
  const shed = shedOverload({ ...deps, isClosing: () => isClosing });

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
      shed(handler),
    );
    const sockets = watchConnections(server, watched, (socket) =>
      refuse(socket, 'request_timeout', 'too many slow requests'),
    );
    servers.set(server, sockets);
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
  /** Takes no more connections, and resolves when those that there are have come to an end, each in its time. */
  const close = async () => {
    isClosing = true;
    const closing = [...servers].map(async ([server, sockets]) => {
      const stopEnding = endConnections(sockets, watched);
      const closed = once(server, 'close');
      server.close();
      await closed;
      stopEnding();
    });
    await Promise.all(closing);
  };
  // Fastify's own handler would answer a second time.
  return { options: { serverFactory, clientErrorHandler: () => {} }, close };
}
