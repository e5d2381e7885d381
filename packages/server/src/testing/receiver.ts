import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';

/** A delivery as it came. */
export interface Received {
  headers: IncomingHttpHeaders;
  body: string;
}

/**
 * What a receiver does with a delivery: a status, or a status with headers and body, which with `endless` never ends; null lets the
 * sender wait.
 */
type Reply = number | { status: number; headers?: Record<string, string>; body?: string; endless?: boolean } | null;

type Replying = (received: Received, count: number) => Reply | Promise<Reply>;

/** An integrator's receiver, on a port of its own: keeps what comes and answers as a test says. For tests only. */
export async function startReceiver(reply: Replying = () => 204) {
  const received: Received[] = [];
  let answerTo = reply;
  const server = createServer((request, answer) => {
    const pieces: Buffer[] = [];
    request.on('data', (piece: Buffer) => pieces.push(piece));
    request.on('end', async () => {
      const one = { headers: request.headers, body: Buffer.concat(pieces).toString() };
      received.push(one);
      const told = await answerTo(one, received.length);
      if (told === null) return;
      const { status, headers = {}, body = '', endless = false } = typeof told === 'number' ? { status: told } : told;
      answer.writeHead(status, headers);
      if (endless) answer.write(body);
      else answer.end(body);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hooks`,
    received,
    answer(next: Replying) {
      answerTo = next;
    },
    /** Resolves when nobody is connected any more to wait for an answer. */
    async idle() {
      for (;;) {
        server.closeIdleConnections();
        const open = await new Promise<number>((resolve) => server.getConnections((_error, count) => resolve(count)));
        if (open === 0) return;
        await wait(5);
      }
    },
    async close() {
      server.closeAllConnections();
      server.close();
    },
  };
}

export type Receiver = Awaited<ReturnType<typeof startReceiver>>;
