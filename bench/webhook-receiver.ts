import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A delivery as it came. */
export interface Arrival {
  id: string;
  atMs: number;
  body: string;
  headers: NodeJS.Dict<string | string[]>;
}

/** A receiver that answers 204, after a while if told so, or never. */
export async function startReceiver({
  answerAfterMs = 0,
  onArrival,
}: {
  answerAfterMs?: number | null;
  onArrival: (arrival: Arrival) => void;
}) {
  const server = createServer((request, answer) => {
    let body = '';
    request.setEncoding('utf8');
    request.on('data', (piece: string) => {
      body += piece;
    });
    request.on('end', () => {
      onArrival({ id: String(request.headers['webhook-id']), atMs: Date.now(), body, headers: request.headers });
      if (answerAfterMs === null) return;
      if (answerAfterMs === 0) answer.writeHead(204).end();
      else setTimeout(() => answer.writeHead(204).end(), answerAfterMs);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hooks`,
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}
