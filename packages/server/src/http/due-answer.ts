import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/**
 * Node's own: the answer that is due next. There is no public way to it, and to remember the answer of each request by
 * ourselves lets old objects hold young ones (measured: up to 50 MB more under load).
 */
interface HttpSocket extends Socket {
  _httpMessage?: ServerResponse | null;
}

/** The answer to a request whose head has been read on this connection, from then on until all of it has been handed to the system. */
export function dueAnswer(socket: HttpSocket): ServerResponse | undefined {
  return socket._httpMessage ?? undefined;
}
