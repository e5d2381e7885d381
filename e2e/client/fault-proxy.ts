import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Answered by the proxy itself. */
interface OwnAnswer {
  answer: number;
  headers?: Record<string, string>;
  body?: unknown;
}

/** What happens to one request instead of being passed on. */
export type Deed =
  | OwnAnswer
  /** The connection is reset, before or after the gateway did what was asked. */
  | { reset: 'before' | 'after' }
  /** No answer at all. */
  | { stall: true }
  /** Passed on, and the answer's bytes or headers changed on the way back. */
  | { change: (bytes: Buffer) => Buffer; headers?: Record<string, string> }
  /** Passed on, but the connection breaks, or stands still, after so many bytes of the answer's body. */
  | { cutAfter: number; finally: 'reset' | 'stall' };

export interface SeenRequest {
  method: string;
  url: string;
  headers: IncomingMessage['headers'];
  body: string;
}

/** A proxy in front of a gateway that does what a network does on a bad day. For tests only. */
export async function startFaultProxy() {
  const plans: { path: RegExp; deeds: Deed[] }[] = [];
  const seen: SeenRequest[] = [];
  let targetPort = 0;

  const server = createServer(async (incoming, outgoing) => {
    const body = await readAll(incoming);
    const url = incoming.url ?? '/';
    seen.push({ method: incoming.method ?? '', url, headers: incoming.headers, body: body.toString() });
    const deed = plans.find(({ path, deeds }) => path.test(url) && deeds.length > 0)?.deeds.shift();
    if (deed && 'answer' in deed) return answer(outgoing, deed);
    if (deed && 'stall' in deed) return undefined;
    if (deed && 'reset' in deed && deed.reset === 'before') return incoming.socket.resetAndDestroy();
    const { status, headers, bytes } = await passOn(incoming, body, targetPort);
    if (deed && 'reset' in deed) return incoming.socket.resetAndDestroy();
    outgoing.writeHead(status, { ...headers, ...(deed && 'change' in deed ? deed.headers : {}) });
    if (deed && 'cutAfter' in deed) {
      outgoing.write(bytes.subarray(0, deed.cutAfter), () => {
        if (deed.finally === 'reset') incoming.socket.resetAndDestroy();
      });
      return undefined;
    }
    return outgoing.end(deed && 'change' in deed ? deed.change(bytes) : bytes);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;

  return {
    origin: `http://127.0.0.1:${port}`,
    /** Everything that arrived, oldest first. */
    seen,
    seenAt: (path: RegExp) => seen.filter(({ url }) => path.test(url)),
    passOnTo(target: AddressInfo) {
      targetPort = target.port;
    },
    /** Each of the next requests for such an address meets one of these deeds. */
    plan(path: RegExp, ...deeds: Deed[]) {
      plans.unshift({ path, deeds });
    },
    /** Forgets what was planned and seen. */
    reset() {
      plans.length = 0;
      seen.length = 0;
    },
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function answer(outgoing: ServerResponse, { answer: status, headers = {}, body }: OwnAnswer): void {
  const text = typeof body === 'string' ? body : JSON.stringify(body ?? {});
  outgoing.writeHead(status, { 'content-type': 'application/json', ...headers }).end(text);
}

async function readAll(stream: AsyncIterable<Buffer>): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks);
}

function passOn({ method, url, headers }: IncomingMessage, body: Buffer, port: number) {
  const { promise, resolve, reject } = Promise.withResolvers<{
    status: number;
    headers: IncomingMessage['headers'];
    bytes: Buffer;
  }>();
  const onward = request({ host: '127.0.0.1', port, method, path: url, headers, agent: false }, (response) => {
    const { connection: _, 'keep-alive': __, 'transfer-encoding': ___, ...rest } = response.headers;
    readAll(response).then((bytes) => resolve({ status: response.statusCode ?? 0, headers: rest, bytes }), reject);
  });
  onward.on('error', reject);
  onward.end(body);
  return promise;
}
