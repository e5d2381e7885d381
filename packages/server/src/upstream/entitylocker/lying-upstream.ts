import { createHmac } from 'node:crypto';
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import { createEntityLocker, type EntityLockerDeps, type EntityLockerSettings } from './index.ts';

/** For tests: a server on loopback that answers as it is told, and notes what it was asked. */
export interface LyingUpstream {
  baseUrl: string;
  requests: Seen[];
  close(): Promise<void>;
}

interface Seen {
  method: string;
  /** Below `/public`, as it stood in the request line. */
  target: string;
  headers: IncomingHttpHeaders;
  body: string;
}

export type Lie = (response: ServerResponse, seen: Seen) => void;

export const clientSecret = 'test-client-secret';
export const grant = { accessToken: 'a'.repeat(40), accessTokenExpiresAtMs: 0 };

export async function startLying(lie: Lie): Promise<LyingUpstream> {
  const requests: Seen[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const target = (request.url ?? '').replace(/^\/public/, '');
      const body = Buffer.concat(chunks).toString();
      const seen = { method: request.method ?? '', target, headers: request.headers, body };
      requests.push(seen);
      lie(response, seen);
    });
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('no port');
  return {
    baseUrl: `http://127.0.0.1:${address.port}/public`,
    requests,
    close: () =>
      new Promise((done) => {
        server.closeAllConnections();
        server.close(() => done());
      }),
  };
}

/** Runs a test against a connector whose upstream lies. */
export async function withLies<T>(
  lie: Lie,
  run: (upstream: ReturnType<typeof createEntityLocker>, lying: LyingUpstream) => Promise<T>,
  settings: Partial<EntityLockerSettings> = {},
  deps: EntityLockerDeps = {},
): Promise<T> {
  const lying = await startLying(lie);
  const given = { clientId: 'A1B2C3D4E5', clientSecret, allowLoopbackHttp: true, deadlineMs: 5000, ...settings };
  try {
    return await run(createEntityLocker({ baseUrl: lying.baseUrl, ...given }, deps), lying);
  } finally {
    await lying.close();
  }
}

export function json(value: unknown, status = 200): Lie {
  return (response) => {
    response.writeHead(status, { 'content-type': 'application/json' });
    response.end(typeof value === 'string' ? value : JSON.stringify(value));
  };
}

export function hmacOf(bytes: Buffer, secret = clientSecret): string {
  return createHmac('sha256', secret).update(bytes).digest('base64');
}

/** An honest download, unless the headers say otherwise; `undefined` takes one away. */
export function file(bytes: Buffer, contentType: string, headers: Record<string, string | undefined> = {}): Lie {
  return (response) => {
    const all = { 'content-type': contentType, hmac: hmacOf(bytes), ...headers };
    for (const [name, value] of Object.entries(all)) if (value !== undefined) response.setHeader(name, value);
    response.end(bytes);
  };
}
