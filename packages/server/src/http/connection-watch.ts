import type { Server } from 'node:http';
import type { Socket } from 'node:net';
import { dueAnswer } from './due-answer.ts';
import { slowSenders } from './slow-senders.ts';

export interface WatchLimits {
  /** Without a byte in either direction, such as a client that does not read its answer, ms. Whoever waits for one to begin is not meant. */
  stalledMsMax: number;
  /** Connections at once whose requests come in piece by piece. */
  slowMax: number;
  /** How often all connections are looked at, ms. */
  lookEveryMs: number;
}

/** What was there at the last look. */
interface Look {
  read: number;
  written: number;
  /** When a byte was seen to go last, ms. */
  sinceMs: number;
  /** Looks at which something had come, since something was last sent. */
  pieces: number;
}

/** With something new at so many looks, and no answer in between, a connection is slow. */
const slowFromPieces = 2;

/**
 * Looks at all connections from time to time. One over which no byte has gone for long is closed; those whose requests dawdle are read in turns, and of
 * too many of them the oldest are given up. From time to time, since Node's own timeout of a socket is set anew by every request and
 * every answer, which is dear where nearly none is ever needed, and a look costs an honest request nothing.
 *
 * @param giveUp Refuses what is coming in on a connection.
 * @returns The connections that there are.
 */
export function watchConnections(
  server: Server,
  { stalledMsMax, slowMax, lookEveryMs }: WatchLimits,
  giveUp: (socket: Socket) => void,
): () => Iterable<Socket> {
  const seen = new Map<Socket, Look>();
  const slow = slowSenders();
  server.on('connection', (socket: Socket) => {
    seen.set(socket, { read: 0, written: 0, sinceMs: performance.now(), pieces: 0 });
    socket.once('close', () => {
      seen.delete(socket);
      slow.remove(socket);
    });
  });
  const look = (socket: Socket, last: Look, nowMs: number) => {
    const { bytesRead, bytesWritten } = socket;
    if (bytesWritten !== last.written) {
      if (last.pieces >= slowFromPieces) slow.remove(socket);
      Object.assign(last, { read: bytesRead, written: bytesWritten, sinceMs: nowMs, pieces: 0 });
    } else if (bytesRead !== last.read) {
      last.read = bytesRead;
      last.sinceMs = nowMs;
      last.pieces += 1;
      if (last.pieces === slowFromPieces) slow.add(socket);
    } else if (nowMs - last.sinceMs >= stalledMsMax && !isAtWork(socket)) {
      socket.destroy();
    }
  };
  const timer = setInterval(() => {
    const nowMs = performance.now();
    for (const [socket, last] of seen) look(socket, last, nowMs);
    if (slow.count <= slowMax) return;
    for (const [socket, { pieces }] of seen) {
      if (slow.count <= slowMax) return;
      if (pieces < slowFromPieces) continue;
      slow.remove(socket);
      giveUp(socket);
    }
  }, lookEveryMs);
  timer.unref();
  server.once('close', () => clearInterval(timer));
  return () => seen.keys();
}

/** The silence is ours: all of a request has come, and nothing of its answer is there yet. What a route waits for has a time of its own. */
function isAtWork(socket: Socket): boolean {
  const due = dueAnswer(socket);
  return due?.req.complete === true && !due.headersSent;
}
