import { Agent, type IncomingHttpHeaders, request } from 'node:http';

export interface Answer {
  status: number;
  headers: IncomingHttpHeaders;
  body: Buffer;
}

interface Asking {
  headers?: Record<string, string>;
  body?: string;
}

/** An answer that takes longer than this is a fault, not load, ms. */
const answerMsMax = 60_000;

/** One client: one keep-alive socket to each server, one request at a time. (`fetch` has a pool that nobody can close.) */
export class Connection {
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 1 });

  ask(method: 'GET' | 'POST', url: string, { headers = {}, body }: Asking = {}): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const asking = request(url, { method, headers, agent: this.#agent, timeout: answerMsMax }, (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('error', reject);
        response.on('end', () =>
          resolve({ status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(chunks) }),
        );
      });
      asking.on('timeout', () => asking.destroy(new Error(`no answer within ${answerMsMax} ms`)));
      asking.on('error', reject);
      asking.end(body);
    });
  }

  close(): void {
    this.#agent.destroy();
  }
}
