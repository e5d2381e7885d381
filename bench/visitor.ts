import { Agent, type IncomingHttpHeaders, request } from 'node:http';

export interface Reply {
  status: number;
  headers: IncomingHttpHeaders;
  body: Buffer;
}

export interface Ask {
  method?: 'GET' | 'POST';
  /** Sent as a form. */
  form?: readonly (readonly [name: string, value: string])[];
  headers?: Record<string, string>;
}

/** Browser and client in one, on a single connection that is kept alive. */
export interface Visitor {
  /** Sends the cookies of this visit and keeps new ones. Any status but the expected one fails the run. */
  ask(expected: number, path: string, ask?: Ask): Promise<Reply>;
  /** A new person: no cookie of the last one. The connection stays. */
  begin(): void;
  close(): void;
}

export function visitorOf(origin: string): Visitor {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const cookies = new Map<string, string>();
  return {
    begin: () => cookies.clear(),
    close: () => agent.destroy(),
    ask: async (expected, path, { method = 'GET', form, headers = {} } = {}) => {
      const body = form && new URLSearchParams(form.map(([name, value]): [string, string] => [name, value])).toString();
      const reply = await send(new URL(path, origin), agent, {
        method,
        body,
        headers: {
          accept: 'text/html',
          ...(cookies.size > 0 && { cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join('; ') }),
          ...(body !== undefined && { 'content-type': 'application/x-www-form-urlencoded' }),
          ...headers,
        },
      });
      for (const cookie of reply.headers['set-cookie'] ?? []) keep(cookies, cookie);
      if (reply.status === expected) return reply;
      throw new Error(
        `${method} ${path}: ${reply.status} instead of ${expected}: ${reply.body.toString().slice(0, 300)}`,
      );
    },
  };
}

function keep(cookies: Map<string, string>, setCookie: string): void {
  const pair = setCookie.split(';', 1)[0] ?? '';
  const at = pair.indexOf('=');
  const value = pair.slice(at + 1);
  if (value === '') cookies.delete(pair.slice(0, at));
  else cookies.set(pair.slice(0, at), value);
}

interface Sent {
  method: string;
  body: string | undefined;
  headers: Record<string, string>;
}

function send(url: URL, agent: Agent, { method, body, headers }: Sent): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const length = body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) };
    const sent = request(url, { agent, method, headers: { ...headers, ...length } }, (answer) => {
      const pieces: Buffer[] = [];
      answer.on('data', (piece: Buffer) => pieces.push(piece));
      answer.on('error', reject);
      answer.on('end', () =>
        resolve({ status: answer.statusCode ?? 0, headers: answer.headers, body: Buffer.concat(pieces) }),
      );
    });
    sent.on('error', reject);
    sent.end(body);
  });
}

/** The one place in a page or an address that the expression's group finds; a page without it fails the run. */
export function found(expression: RegExp, text: string): string {
  const group = expression.exec(text)?.[1];
  if (group === undefined) throw new Error(`nothing fits ${expression} in: ${text.slice(0, 300)}`);
  return group;
}

/** Where the reply leads, as a path of the same server or as another address. */
export function wayOf({ headers }: Reply): string {
  if (headers.location === undefined) throw new Error('a redirect without a location');
  return headers.location;
}
