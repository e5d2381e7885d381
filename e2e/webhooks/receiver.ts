import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { Webhook } from 'standardwebhooks';

/** What came of one event. */
interface Received {
  times: number;
  body: string;
}

/** A receiver that outlives every gateway, and judges each delivery by the library of the standard. */
export interface JudgingReceiver {
  url: string;
  /** By `webhook-id`. */
  received: Map<string, Received>;
  /** What no delivery may be: unsigned, or another body under an id that was seen. */
  faults: string[];
  /** From now on signatures are checked with this secret. */
  expect(secret: string): void;
  close(): void;
}

/** Longest time that it takes for an answer, ms: a kill finds attempts at every stage. */
const answerMsMax = 30;
/** Of so many events one is refused at its first attempt. */
const refusedOf = 25;

export async function startJudgingReceiver(random: () => number): Promise<JudgingReceiver> {
  const received = new Map<string, Received>();
  const refused = new Set<string>();
  const faults: string[] = [];
  let webhook: Webhook | undefined;
  const server = createServer((request, answer) => {
    const pieces: Buffer[] = [];
    request.on('data', (piece: Buffer) => pieces.push(piece));
    // A body that a kill has cut off is no delivery.
    request.on('error', () => {});
    request.on('end', async () => {
      const body = Buffer.concat(pieces).toString();
      const id = String(request.headers['webhook-id']);
      try {
        webhook?.verify(body, request.headers as Record<string, string>);
      } catch (error) {
        faults.push(`${id}: ${(error as Error).message}`);
      }
      if (!refused.has(id) && Math.floor(random() * refusedOf) === 0) {
        refused.add(id);
        answer.writeHead(500).end();
        return;
      }
      const before = received.get(id);
      if (before && before.body !== body) faults.push(`${id}: another body`);
      received.set(id, { times: (before?.times ?? 0) + 1, body });
      await sleep(random() * answerMsMax);
      answer.writeHead(204).end();
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hooks`,
    received,
    faults,
    expect(secret) {
      webhook = new Webhook(secret);
    },
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}
