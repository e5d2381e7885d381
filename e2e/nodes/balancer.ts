import { once } from 'node:events';
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';

/** A balancer in front of several nodes, as simple as one can be. */
export interface Balancer {
  url: string;
  port: number;
  /** The ports of the nodes that requests go to from now on, in turns. */
  use(ports: readonly number[]): void;
  /** Answers that each node gave. */
  served: Map<number, number>;
  /** What no node answered, or broke off. */
  failures: string[];
  close(): Promise<void>;
}

/** How often each node is asked whether it is ready, ms. */
const healthEveryMs = 200;

/**
 * Each request goes to the next node, whatever came before: no session sticks to one. A node to which no connection can be
 * made is passed over; a request that was sent is never sent again.
 */
export async function startBalancer(): Promise<Balancer> {
  let nodes: readonly number[] = [];
  let turn = 0;
  const leaving = new Set<number>();
  const served = new Map<number, number>();
  const failures: string[] = [];

  const forward = (from: IncomingMessage, body: Buffer, port: number, to: ServerResponse) =>
    new Promise<'done' | 'passed over'>((resolve) => {
      const { method, url, headers } = from;
      const out = request({ host: '127.0.0.1', port, method, path: url, headers, agent: false }, (answer) => {
        served.set(port, (served.get(port) ?? 0) + 1);
        to.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(to);
        answer.on('error', () => to.destroy());
        answer.on('end', () => resolve('done'));
      });
      out.on('error', (error: NodeJS.ErrnoException) => {
        if (error.code === 'ECONNREFUSED') return resolve('passed over');
        failures.push(`${method} ${url} at ${port}: ${error.code ?? error.message}`);
        if (!to.headersSent) to.writeHead(502).end();
        resolve('done');
      });
      out.end(body);
    });
  const watch = setInterval(async () => {
    for (const port of nodes) {
      const isReady = await fetch(`http://127.0.0.1:${port}/health/ready`).then(
        ({ ok }) => ok,
        () => false,
      );
      if (isReady) leaving.delete(port);
      else leaving.add(port);
    }
  }, healthEveryMs);
  const server = createServer(async (from, to) => {
    const body = await buffer(from);
    // Those that say that they are going come last.
    turn += 1;
    const inTurn = nodes.map((_, index) => nodes[(turn + index) % nodes.length] ?? 0);
    for (const port of inTurn.toSorted((one, other) => Number(leaving.has(one)) - Number(leaving.has(other)))) {
      if ((await forward(from, body, port, to)) === 'done') return;
    }
    failures.push(`${from.method} ${from.url}: no node`);
    to.writeHead(502).end();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    use: (ports) => {
      nodes = ports;
    },
    served,
    failures,
    async close() {
      clearInterval(watch);
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
