import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { Readable } from 'node:stream';
import { after, before, describe, it } from 'node:test';
import express from 'express';
import fastify from 'fastify';
import { Hono } from 'hono';
import {
  expressReceiver,
  fastifyReceiver,
  fetchReceiver,
  honoReceiver,
  type ReceiverOptions,
  sign,
  type WebhookEvent,
} from '../../packages/client/src/webhooks/index.ts';
import { checks } from '../../packages/server/src/cli/webhooks-check/checks.ts';
import { openReceiver } from '../../packages/server/src/cli/webhooks-check/receiver.ts';
import { walk } from '../../packages/server/src/testing/api.ts';
import { type Stage, startStage } from './stage.ts';

const path = '/hooks/tijori';
const newSecret = () => `whsec_${randomBytes(32).toString('base64')}`;
const body = JSON.stringify({ type: 'entitylocker.session.failed', timestamp: '2026-11-26T09:00:00.000Z', data: {} });

type Close = () => Promise<unknown>;

async function listen(listener: RequestListener): Promise<{ origin: string; close: Close }> {
  const server = createServer(listener).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const close = async () => {
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  };
  return { origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, close };
}

/** What runs a handler of web requests: Next.js, an edge runtime. */
function listenToRequests(handler: (request: Request) => Response | Promise<Response>) {
  return listen(async (incoming, outgoing) => {
    const { method = 'GET', headers, url } = incoming;
    const init = { method, headers: headers as Record<string, string>, body: Readable.toWeb(incoming), duplex: 'half' };
    const request = new Request(`http://127.0.0.1${url}`, (method === 'GET' ? { method } : init) as RequestInit);
    const response = await Promise.resolve(handler(request)).catch(() => new Response(null, { status: 500 }));
    outgoing.writeHead(response.status, Object.fromEntries(response.headers)).end(await response.text());
  });
}

/** Each framework with a receiver at `path`, and at `/other` a route of its own that takes JSON. */
const frameworks: Record<string, (options: ReceiverOptions) => Promise<{ origin: string; close: Close }>> = {
  async Express(options) {
    const app = express();
    app.post(path, expressReceiver(options));
    app.use(express.json());
    app.post('/other', (request, response) => void response.send(request.body));
    // Express writes errors to the console otherwise.
    app.use((_error: unknown, _request: unknown, response: express.Response, _next: unknown) => {
      response.sendStatus(500);
    });
    return listen(app);
  },
  async Fastify(options) {
    const app = fastify();
    await app.register(fastifyReceiver({ ...options, path }));
    app.post('/other', async ({ body }) => body);
    const origin = await app.listen({ port: 0, host: '127.0.0.1' });
    return { origin, close: () => app.close() };
  },
  async Hono(options) {
    const app = new Hono();
    app.post(path, honoReceiver(options));
    app.post('/other', async (context) => context.json(await context.req.json()));
    app.onError((_error, context) => context.body(null, 500));
    return listenToRequests(app.fetch);
  },
  async 'Next.js'(options) {
    const POST = fetchReceiver(options);
    return listenToRequests((request) => (request.url.endsWith(path) ? POST(request) : new Response(request.body)));
  },
};

for (const [framework, start] of Object.entries(frameworks)) {
  describe(`the receiver for ${framework}`, () => {
    const secret = newSecret();
    const events: WebhookEvent[] = [];
    const refusals: string[] = [];
    let isBroken = false;
    let origin: string;
    let close: Close;
    before(async () => {
      const onEvent = async (event: WebhookEvent) => {
        if (isBroken) throw new Error('the queue is full');
        events.push(event);
      };
      const onRefused = ({ code }: { code: string }) => void refusals.push(code);
      ({ origin, close } = await start({ secrets: () => [secret], onEvent, onRefused }));
    });
    after(() => close());
    const post = (headers: Record<string, string>, text: string) =>
      fetch(`${origin}${path}`, { method: 'POST', headers, body: text });

    it('passes every check of "tijori webhooks check"', async () => {
      const receiver = openReceiver({ url: `${origin}${path}`, secret, signal: new AbortController().signal });
      const faults = await Promise.all(checks.map(async (check) => [check.name, await check.fault(receiver)]));
      await receiver.close();
      assert.deepEqual(
        faults.filter(([, fault]) => fault !== null),
        [],
      );
      assert.ok(refusals.includes('wrong_signature') && refusals.includes('stale_timestamp'));
    });

    it('hands over the event, whatever its content type, and answers 204 without a body', async () => {
      for (const type of ['application/json', 'text/plain', 'application/octet-stream', 'application/cloudevents']) {
        const headers: Record<string, string> = { ...(await sign(body, secret)), 'content-type': type };
        const answer = await post(headers, body);
        assert.deepEqual([answer.status, await answer.text()], [204, ''], type);
        assert.deepEqual(events.at(-1), { id: headers['webhook-id'], ...JSON.parse(body) });
      }
    });

    it('says why it refuses, and hands over nothing', async () => {
      const before = events.length;
      const answer = await post(await sign(body, newSecret()), body);
      assert.equal(answer.status, 400);
      assert.match(await answer.text(), /No signature fits.*\(wrong_signature\)/);
      assert.equal((await post(await sign('', secret), '')).status, 400);
      assert.equal(events.length, before);
    });

    it('answers 413 to a body that is too large, said or streamed, without reading it all', async () => {
      const large = 'x'.repeat(70_000);
      assert.equal((await post(await sign(large, secret), large)).status, 413);
      const socket = connect(Number(new URL(origin).port), '127.0.0.1');
      const chunk = `8000\r\n${'x'.repeat(0x8000)}\r\n`;
      socket.write(`POST ${path} HTTP/1.1\r\nhost: 127.0.0.1\r\ntransfer-encoding: chunked\r\n\r\n${chunk.repeat(3)}`);
      const [answer] = (await once(socket, 'data')) as [Buffer];
      assert.match(String(answer), /^HTTP\/1.1 413 /);
      socket.destroy();
    });

    it('leaves it to the framework when the event could not be taken, so that it comes again', async () => {
      isBroken = true;
      assert.equal((await post(await sign(body, secret), body)).status, 500);
      isBroken = false;
      assert.equal((await post(await sign(body, secret), body)).status, 204);
    });

    it('leaves other routes as they are', async () => {
      const init = { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{ "a": 1 }' };
      assert.deepEqual(await (await fetch(`${origin}/other`, init)).json(), { a: 1 });
    });
  });
}

describe('a receiver behind something that reads bodies', () => {
  const secret = newSecret();
  const options = { secrets: secret, onEvent: () => {} };

  /** Status, and the error that the framework was handed. */
  async function answerOf(handlers: express.RequestHandler[]) {
    const app = express();
    const errors: Error[] = [];
    for (const handler of handlers) app.use(handler);
    app.post(path, expressReceiver(options));
    app.use((error: Error, _request: unknown, response: express.Response, _next: unknown) => {
      errors.push(error);
      response.sendStatus(500);
    });
    const { origin, close } = await listen(app);
    // Bytes that no serialiser writes again.
    const odd = ` ${body}\n`;
    const { status } = await fetch(`${origin}${path}`, {
      method: 'POST',
      headers: await sign(odd, secret),
      body: odd,
    });
    await close();
    return { status, errors };
  }

  it('takes the bytes that express.raw, express.text or a kept rawBody have left', async () => {
    const keep = (request: object, _: unknown, bytes: Buffer) => void Object.assign(request, { rawBody: bytes });
    for (const reader of [express.raw({ type: '*/*' }), express.text({ type: '*/*' }), express.json({ verify: keep })])
      assert.deepEqual(await answerOf([reader]), { status: 204, errors: [] });
  });

  it('does not wait for a sender that went away before anybody came to read', async () => {
    const app = express();
    app.use((request, _response, next) => void request.once('close', () => next()));
    app.post(path, expressReceiver(options));
    const failed = new Promise<Error>((resolve) => {
      app.use((error: Error, _request: unknown, _response: unknown, _next: unknown) => resolve(error));
    });
    const { origin, close } = await listen(app);
    const socket = connect(Number(new URL(origin).port), '127.0.0.1');
    socket.write(`POST ${path} HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-length: 9\r\n\r\nhalf`, () => socket.destroy());
    assert.match(String(await failed), /closed before the body was whole/);
    await close();
  });

  it('says what to do where express.json has left nothing', async () => {
    const { status, errors } = await answerOf([express.json()]);
    assert.equal(status, 500);
    assert.match(String(errors[0]), /TypeError: .*in front of express\.json\(\)/);
  });

  it('takes what Hono has kept of a body, and says so where nothing is left', async () => {
    const errors: Error[] = [];
    const app = new Hono();
    app.use('/text', async (context, next) => {
      await context.req.json();
      await next();
    });
    app.use('/gone', async (context, next) => {
      await context.req.raw.text();
      await next();
    });
    app.post('/:kind', honoReceiver(options));
    app.onError((error, context) => {
      errors.push(error);
      return context.body(null, 500);
    });
    const odd = ` ${body}\n`;
    const post = async (to: string) => app.request(to, { method: 'POST', headers: await sign(odd, secret), body: odd });
    assert.deepEqual([(await post('/text')).status, (await post('/gone')).status], [204, 500]);
    assert.match(String(errors), /^TypeError: The body was read before/);
    const used = new Request('http://127.0.0.1/', { method: 'POST', headers: await sign(odd, secret), body: odd });
    await used.text();
    await assert.rejects(fetchReceiver(options)(used), TypeError);
  });

  it('refuses as ever where the log of refusals fails, at once or later', async () => {
    const failing = [
      () => {
        throw new Error('by a test');
      },
      async () => {
        throw new Error('later, by a test');
      },
    ];
    for (const onRefused of failing) {
      const answer = await fetchReceiver({ ...options, onRefused })(
        new Request('http://127.0.0.1/', { method: 'POST', body }),
      );
      assert.equal(answer.status, 400);
    }
  });

  it('finds a wrong option where it was made, and a missing secret at the delivery where it is asked for then', async () => {
    const secretless = [{ secrets: undefined }, { secrets: '' }, { secrets: [] }, { secrets: 'no-secret' }];
    for (const wrong of [...secretless, { onEvent: undefined }, { bodyBytesMax: 0 }, { toleranceSeconds: 0 }]) {
      assert.throws(() => expressReceiver({ ...options, ...wrong } as unknown as ReceiverOptions), TypeError);
    }
    const receive = fetchReceiver({ ...options, secrets: () => undefined });
    const delivery = new Request('http://127.0.0.1/', { method: 'POST', headers: await sign(body, secret), body });
    await assert.rejects(receive(delivery), /is its variable set/);
  });
});

describe('a receiver and a gateway', () => {
  let stage: Stage;
  before(async () => {
    stage = await startStage();
  });
  after(() => stage.close());

  it('agree on every event of a journey, while the secret is rotated, too', async () => {
    const { client } = await stage.newClient();
    const secrets: string[] = [];
    const received: WebhookEvent[] = [];
    const app = express();
    app.post(
      path,
      expressReceiver({
        secrets: () => secrets,
        onEvent: (event) => received.push(event),
        now: () => stage.gateway.clock.nowMs,
      }),
    );
    const { origin, close } = await listen(app);
    const made = await client.v1.webhookEndpoints.create({ url: `${origin}${path}`, vendor_signature: true });
    secrets.push(made.secret);
    const journey = async () => {
      const { id } = await client.v1.sessions.create({ flow: 'signin', documents: [{ type: 'gstn_details' }] });
      await walk(stage.gateway, id);
      await stage.gateway.deps.background.idle();
      await stage.gateway.deps.outbox.sendDue();
      return id;
    };
    const first = await journey();
    // The old secret alone is known, then both.
    const { secret, id } = await client.v1.webhookEndpoints.rotate(made.id);
    const second = await journey();
    secrets.unshift(secret);
    const third = await journey();
    const told = (session: string) =>
      received.filter(({ data }) => 'session_id' in data && data.session_id === session);
    for (const session of [first, second, third]) {
      const types = told(session).map(({ type }) => type);
      assert.equal(types.length, 5, types.join());
      assert.ok(types.includes('entitylocker.document.available'));
    }
    const listed: WebhookEvent[] = [];
    for await (const event of client.v1.events.list({ limit: 4 })) listed.push(event);
    const idOf = (event: WebhookEvent) => event.id;
    const byId = (left: WebhookEvent, right: WebhookEvent) => (left.id < right.id ? -1 : 1);
    assert.deepEqual(received.toSorted(byId), listed);
    assert.deepEqual(await client.v1.events.get(listed[0]?.id ?? ''), listed[0]);
    const [delivery] = await client.v1.events.deliveries(listed[0]?.id ?? '');
    assert.deepEqual([delivery?.endpoint_id, delivery?.state, delivery?.attempts[0]?.status], [id, 'delivered', 204]);
    const count = received.length;
    const range = { from: 0, to: stage.gateway.clock.nowMs + 1000 };
    const pieces: unknown[] = [];
    const replay = (more: object) =>
      client.v1.webhookEndpoints.replay(id, { ...range, ...more }, { onPiece: (piece) => pieces.push(piece) });
    assert.deepEqual(await replay({}), { ordered: 0 });
    assert.deepEqual(await replay({ include_delivered: true }), { ordered: count });
    assert.deepEqual(pieces, [
      { ordered: 0, cursor: null },
      { ordered: count, cursor: null },
    ]);
    assert.deepEqual(await client.v1.events.resend(listed[0]?.id ?? ''), { ordered: 1 });
    await stage.gateway.deps.outbox.sendDue();
    assert.deepEqual(new Set(received.slice(count).map(idOf)), new Set(listed.map(idOf)));
    const log: string[] = [];
    for await (const each of client.v1.webhookEndpoints.deliveries(id, { limit: 4 })) log.push(each.event_id);
    assert.deepEqual(log, listed.map(idOf).reverse());
    assert.equal((await client.v1.webhookEndpoints.test(id)).status, 204);
    assert.deepEqual(received.at(-1)?.data, { endpoint_id: id, mode: 'test' });
    await client.v1.webhookEndpoints.update(id, { enabled: false });
    assert.deepEqual(
      (await client.v1.webhookEndpoints.list()).map(({ enabled }) => enabled),
      [false],
    );
    assert.deepEqual(await client.v1.webhookEndpoints.delete(id), { id, deleted: true });
    await close();
  });

  it('and whoever follows the events hears of each one as it happens', async () => {
    const { client } = await stage.newClient();
    const [newest] = (await client.v1.events.page({ order: 'newest', limit: 1 })).data;
    const after = newest?.id;
    const controller = new AbortController();
    const types: string[] = [];
    const following = (async () => {
      for await (const event of client.v1.events.follow({ after }, { signal: controller.signal })) {
        types.push(event.type);
        if (event.type === 'entitylocker.session.cancelled') controller.abort(new Error('enough'));
      }
    })();
    const { id } = await client.v1.sessions.create({ flow: 'signin', documents: [{ type: 'gstn_details' }] });
    await client.v1.sessions.cancel(id);
    await assert.rejects(following, { message: 'enough' });
    assert.deepEqual(types, ['entitylocker.session.created', 'entitylocker.session.cancelled']);
  });
});
