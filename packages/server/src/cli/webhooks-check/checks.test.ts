import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, it } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { Webhook } from 'standardwebhooks';
import { checks } from './checks.ts';
import { newSecret, openReceiver } from './receiver.ts';

interface Request {
  raw: string;
  headers: Record<string, string>;
}

interface Event {
  type: string;
  data: { session_id: string; sequence: number };
}

/** A receiver: says how it answers a request. `seen` and `sequences` are its memory. */
type Answerer = (
  request: Request,
  memory: { secret: string; seen: Set<string>; sequences: Map<string, number> },
) => number | Promise<number>;

/** By the library of Standard Webhooks, which is the judge here: what it refuses is refused. */
function verified({ raw, headers }: Request, secret: string): Event | undefined {
  try {
    return new Webhook(secret).verify(raw, headers) as Event;
  } catch {
    return undefined;
  }
}

const right: Answerer = (request, { secret, seen }) => {
  if (!verified(request, secret)) return 400;
  seen.add(request.headers['webhook-id'] ?? '');
  return 204;
};

/** Without the library, so that single steps can be forgotten. */
function homemade(
  { raw, headers }: Request,
  secret: string,
  forget: { future?: boolean; time?: boolean; several?: boolean },
) {
  const { 'webhook-id': id = '', 'webhook-timestamp': time = '', 'webhook-signature': signatures = '' } = headers;
  const age = Date.now() / 1000 - Number(time);
  if (!forget.time && (age > 300 || (!forget.future && age < -300))) return false;
  const sign = (text: string) =>
    `v1,${createHmac('sha256', Buffer.from(secret.slice(6), 'base64'))
      .update(text)
      .digest('base64')}`;
  if (forget.several) return signatures.split(' ')[0] === sign(`${id}.${time}.${raw}`);
  return signatures.split(' ').includes(sign(`${id}.${time}.${raw}`));
}

const wrong: readonly { what: string; answers: Answerer; fails: readonly string[] }[] = [
  {
    what: 'verifies nothing',
    answers: () => 200,
    fails: ['no signature', 'wrong signature', 'tampered body', 'replayed id', 'stale', 'from the future'],
  },
  {
    what: 'verifies what it has parsed and written again',
    answers: (request, { secret }) =>
      verified({ ...request, raw: JSON.stringify(JSON.parse(request.raw)) }, secret) ? 200 : 400,
    fails: ['raw body'],
  },
  {
    what: 'forgets the time',
    answers: (request, { secret }) => (homemade(request, secret, { time: true }) ? 200 : 401),
    fails: ['stale', 'from the future'],
  },
  {
    what: 'looks at the age alone',
    answers: (request, { secret }) => (homemade(request, secret, { future: true }) ? 200 : 401),
    fails: ['from the future'],
  },
  {
    what: 'bears no skew',
    answers: (request, { secret }) => {
      const skew = Math.abs(Date.now() / 1000 - Number(request.headers['webhook-timestamp']));
      return skew < 30 && verified(request, secret) ? 200 : 400;
    },
    fails: ['time skew'],
  },
  {
    what: 'knows one signature alone',
    answers: (request, { secret }) => (homemade(request, secret, { several: true }) ? 200 : 401),
    fails: ['rotation'],
  },
  {
    what: 'takes an event that it knows for an error',
    answers: (request, memory) => (memory.seen.has(request.headers['webhook-id'] ?? '') ? 409 : right(request, memory)),
    fails: ['duplicate', 'duplicate at once'],
  },
  {
    what: 'falls over its unique index when two meet',
    answers: async (request, { secret, seen }) => {
      if (!verified(request, secret)) return 400;
      const id = request.headers['webhook-id'] ?? '';
      if (seen.has(id)) return 200;
      await wait(50);
      if (seen.has(id)) return 500;
      seen.add(id);
      return 200;
    },
    fails: ['duplicate at once'],
  },
  {
    what: 'wants events in their order',
    answers: (request, { secret, sequences }) => {
      const event = verified(request, secret);
      if (!event) return 400;
      const { session_id: id, sequence } = event.data;
      if ((sequences.get(id) ?? 0) > sequence) return 422;
      sequences.set(id, sequence);
      return 200;
    },
    fails: ['reorder'],
  },
  {
    what: 'knows a list of types',
    answers: (request, { secret }) => {
      const event = verified(request, secret);
      if (!event) return 400;
      return ['entitylocker.session.succeeded', 'entitylocker.session.authorized'].includes(event.type) ? 200 : 422;
    },
    fails: ['unknown event'],
  },
  {
    what: 'knows a list of fields',
    answers: (request, { secret }) => {
      const event = verified(request, secret);
      if (!event) return 400;
      const known = ['session_id', 'mode', 'status', 'previous_status', 'status_reason', 'sequence', 'note'];
      return Object.keys(event.data).every((key) => known.includes(key)) ? 200 : 422;
    },
    fails: ['unknown field'],
  },
  {
    what: 'falls over instead of refusing',
    answers: (request, { secret }) => (verified(request, secret) ? 200 : 500),
    fails: ['no signature', 'wrong signature', 'tampered body', 'replayed id', 'stale', 'from the future'],
  },
  {
    what: 'says that it is gone, instead of refusing',
    answers: (request, { secret }) => (verified(request, secret) ? 200 : 410),
    fails: ['no signature', 'wrong signature', 'tampered body', 'replayed id', 'stale', 'from the future'],
  },
  { what: 'sends on', answers: () => 302, fails: ['accepts'] },
];

/** Names of the checks that fail. */
async function failures(
  answers: Answerer,
  { only, firstChunkAlone = false }: { only?: string; firstChunkAlone?: boolean } = {},
) {
  const secret = newSecret();
  const memory = { secret, seen: new Set<string>(), sequences: new Map<string, number>() };
  const server = createServer((request, response) => void answer(request, response));
  const answer = async (request: IncomingMessage, response: ServerResponse) => {
    let raw = '';
    for await (const chunk of request) {
      raw += String(chunk);
      if (firstChunkAlone) break;
    }
    const headers = Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)]));
    response.writeHead(await answers({ raw, headers }, memory), { location: '/elsewhere' }).end();
  };
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const url = `http://127.0.0.1:${port}/hooks`;
  const receiver = openReceiver({ url, secret, signal: new AbortController().signal });
  const failed: string[] = [];
  for (const check of checks.filter(({ name }) => only === undefined || name === only)) {
    if ((await check.fault(receiver)) !== null) failed.push(check.name);
    if (failed[0] === 'accepts') break;
  }
  await receiver.close();
  server.closeAllConnections();
  server.close();
  await once(server, 'close');
  return failed;
}

describe('webhooks check', () => {
  it('finds nothing wrong with a receiver by the library of Standard Webhooks', async () => {
    assert.deepEqual(await failures(right), []);
  });

  for (const { what, answers, fails } of wrong) {
    it(`names the faults of a receiver that ${what}`, async () => {
      assert.deepEqual(await failures(answers), fails);
    });
  }

  it('names the fault of a receiver that reads the first part of a body', async () => {
    assert.deepEqual(await failures(right, { only: 'slow sender', firstChunkAlone: true }), ['slow sender']);
  });

  it('names the fault of a receiver that works first and answers then', async () => {
    const slow: Answerer = async (request, memory) => {
      await wait(5_200);
      return right(request, memory);
    };
    assert.deepEqual(await failures(slow, { only: 'prompt' }), ['prompt']);
  });

  it('has a rule, a fix and a name of its own for each', () => {
    assert.equal(new Set(checks.map(({ name }) => name)).size, checks.length);
    for (const { rule, fix } of checks) assert.ok(rule.length > 10 && fix.length > 40);
  });
});
