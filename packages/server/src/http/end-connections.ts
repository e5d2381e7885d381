import type { Socket } from 'node:net';
import { dueAnswer } from './due-answer.ts';

export interface LateLimits {
  /** Once the server is closing: for what is on its way on connections on which nothing is being answered, ms. */
  lateRequestMsMax: number;
  /** … for answers that are under way. */
  lateAnswerMsMax: number;
}

/** How often those are looked for whose time is over, ms. */
const lookEveryMs = 100;

/**
 * Ends the connections of a closing server, which waits for each of them. Node closes those that rest, and no longer enforces its own limits: one that
 * sends half a request or does not read its answer would be waited for as long as it pleases.
 *
 * @returns Ends the watch.
 */
export function endConnections(
  sockets: () => Iterable<Socket>,
  { lateRequestMsMax, lateAnswerMsMax }: LateLimits,
): () => void {
  const sinceMs = performance.now();
  const timer = setInterval(() => {
    const lateMs = performance.now() - sinceMs;
    if (lateMs < Math.min(lateRequestMsMax, lateAnswerMsMax)) return;
    for (const socket of sockets()) if (lateMs >= lateAnswerMsMax || !dueAnswer(socket)) socket.destroy();
  }, lookEveryMs);
  return () => clearInterval(timer);
}
