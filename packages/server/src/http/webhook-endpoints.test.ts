import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import {
  createWebhookEndpoint,
  type EventType,
  listEvents,
  type V1Event,
  type WebhookEndpoint,
  type WebhookEndpointWithSecret,
  webhookEndpointsMax,
} from '@tijori/wire';
import { integrator } from '../testing/api.ts';
import { startTestGateway, type TestGateway } from '../testing/gateway.ts';
import { allRows } from '../testing/rows.ts';

const { path } = createWebhookEndpoint;
const url = 'https://lender.example/hooks';

describe('webhook endpoints', () => {
  let gateway: TestGateway;
  let api: ReturnType<typeof integrator>;
  let stranger: ReturnType<typeof integrator>;
  let live: ReturnType<typeof integrator>;
  before(async () => {
    const privateName = async (host: string) => [
      { address: host.startsWith('inside') ? '10.0.0.7' : '93.184.216.34', family: 4 },
    ];
    gateway = await startTestGateway({ allowLoopbackCalls: false }, { egress: { resolve: privateName } });
    api = integrator(gateway, await gateway.newKey());
    stranger = integrator(gateway, await gateway.newKey('test', 'Stranger (fictional)'));
    live = integrator(gateway, await gateway.newKey('live'));
  });
  after(() => gateway.close());

  const create = (payload: object, by = api) => by.send({ method: 'POST', url: path, payload });
  const list = async (by = api) =>
    (await by.send({ method: 'GET', url: path })).json<{ data: WebhookEndpoint[] }>().data;

  it('are made, shown, changed, rotated and removed; the secret is shown when it is made', async () => {
    const made = (await create({ url, events: ['entitylocker.session.succeeded'] })).json<WebhookEndpointWithSecret>();
    assert.match(made.secret, /^whsec_[A-Za-z0-9+/]{43}=$/);
    const { secret, ...shown } = made;
    assert.deepEqual(await list(), [shown]);
    const at = `${path}/${made.id}`;
    assert.deepEqual((await api.send({ method: 'GET', url: at })).json(), shown);
    const changed = await api.send({
      method: 'PATCH',
      url: at,
      payload: { events: null, description: 'Loan desk', enabled: false },
    });
    assert.deepEqual(changed.json(), { ...shown, events: null, description: 'Loan desk', enabled: false });
    const rotated = (await api.send({ method: 'POST', url: `${at}/rotate` })).json<WebhookEndpointWithSecret>();
    assert.notEqual(rotated.secret, secret);
    assert.equal(rotated.secret_overlap_until, gateway.clock.nowMs + 24 * 3_600_000);
    const kept = JSON.stringify(allRows(gateway));
    for (const each of [secret, rotated.secret]) assert.ok(!kept.includes(each), 'a secret lies open');
    assert.deepEqual((await api.send({ method: 'DELETE', url: at })).json(), { id: made.id, deleted: true });
    assert.equal((await api.send({ method: 'GET', url: at })).statusCode, 404);
    assert.deepEqual(await list(), []);
  });

  it('are nobody else’s, and not the other mode’s', async () => {
    const { id } = (await create({ url })).json<WebhookEndpoint>();
    const at = `${path}/${id}`;
    for (const other of [stranger, live]) {
      assert.deepEqual(await list(other), []);
      for (const [method, rest] of [
        ['GET', ''],
        ['DELETE', ''],
        ['POST', '/rotate'],
      ] as const) {
        const answer = await other.send({ method, url: `${at}${rest}` });
        assert.deepEqual([answer.statusCode, answer.headers['x-error-code']], [404, 'webhook_endpoint_not_found']);
      }
      const patch = await other.send({ method: 'PATCH', url: at, payload: { enabled: false } });
      assert.equal(patch.statusCode, 404);
    }
    assert.equal((await list())[0]?.enabled, true);
    await api.send({ method: 'DELETE', url: at });
  });

  const refused: [string, RegExp][] = [
    ['http://lender.example/hooks', /must be https/],
    ['https://lender.example:8443/hooks', /port 443/],
    ['https://user:word@lender.example/hooks', /user name or password/],
    ['https://lender.example/hooks#x', /fragment/],
    ['https://10.0.0.1/hooks', /not a public one/],
    ['https://0x7f000001/', /not a public one/],
    ['https://[::ffff:127.0.0.1]/', /not a public one/],
    ['https://169.254.169.254/latest/meta-data', /not a public one/],
    ['https://inside.lender.example/hooks', /not a public one/],
    ['lender.example/hooks', /not a URL/],
  ];
  for (const [bad, rule] of refused) {
    it(`are refused with the rule that they break, and nothing is stored: ${bad}`, async () => {
      const before = allRows(gateway);
      const answer = await create({ url: bad });
      assert.deepEqual([answer.statusCode, answer.headers['x-error-code']], [400, 'destination_refused']);
      const { errors } = answer.json<{ errors: { pointer: string; message: string }[] }>();
      assert.equal(errors[0]?.pointer, '/url');
      assert.match(String(errors[0]?.message), rule);
      assert.deepEqual(allRows(gateway), before);
    });
  }

  it('are refused for events that do not exist, twice the same, none, and unknown fields', async () => {
    const before = allRows(gateway);
    for (const events of [['entitylocker.session.done'], [], ['endpoint.disabled', 'endpoint.disabled'], 'all']) {
      assert.equal((await create({ url, events })).statusCode, 400, JSON.stringify(events));
    }
    assert.equal((await create({ url, secret: 'whsec_AAAA' })).statusCode, 400);
    assert.deepEqual(allRows(gateway), before);
  });

  it('are judged again when their address changes', async () => {
    const { id } = (await create({ url })).json<WebhookEndpoint>();
    const at = `${path}/${id}`;
    const answer = await api.send({ method: 'PATCH', url: at, payload: { url: 'https://inside.lender.example/' } });
    assert.equal(answer.statusCode, 400);
    assert.equal((await list())[0]?.url, url);
    await api.send({ method: 'DELETE', url: at });
  });

  it('keep each of many changes that are made at once, and that were answered with 200', async () => {
    const { id } = (await create({ url })).json<WebhookEndpoint>();
    const at = `${path}/${id}`;
    const changes = [
      { url: 'https://other.example/hooks' },
      { events: ['entitylocker.session.succeeded'] },
      { description: 'Loan desk' },
      { vendor_signature: true },
      { enabled: false },
      ...Array.from({ length: 8 }, () => ({ description: 'Loan desk' })),
    ];
    const answers = await Promise.all(changes.map((payload) => api.send({ method: 'PATCH', url: at, payload })));
    assert.deepEqual(new Set(answers.map(({ statusCode }) => statusCode)), new Set([200]));
    const wanted = Object.assign({}, ...changes);
    const [now] = await list();
    assert.ok(now);
    assert.deepEqual({ ...now, ...wanted }, now);
    const known = gateway.deps.outbox.endpoints.find(id);
    assert.deepEqual([known?.url, known?.enabled], [wanted.url, false], 'deliveries go by it, too');
    await api.send({ method: 'DELETE', url: at });
  });

  it('keep what deliveries note of them while they are changed', async () => {
    const { id } = (await create({ url })).json<WebhookEndpoint>();
    const at = `${path}/${id}`;
    const { stores } = gateway.deps;
    const { findOwn, firstFailure, recovery } = stores.webhookEndpoints;
    await stores.commit([firstFailure({ id, url }, gateway.clock.nowMs)]);
    // The change has read the endpoint when a delivery succeeds.
    stores.webhookEndpoints.findOwn = async (...which) => {
      stores.webhookEndpoints.findOwn = findOwn;
      const found = await findOwn(...which);
      await stores.commit([recovery({ id, url })]);
      return found;
    };
    const changed = await api.send({ method: 'PATCH', url: at, payload: { description: 'Loan desk' } });
    assert.deepEqual(
      [changed.json<WebhookEndpoint>().description, (await list())[0]?.failing_since],
      ['Loan desk', null],
    );
    await api.send({ method: 'DELETE', url: at });
  });

  it(`are ${webhookEndpointsMax} at most, also when many come at once`, async () => {
    const answers = await Promise.all(Array.from({ length: webhookEndpointsMax + 5 }, () => create({ url })));
    assert.equal(answers.filter(({ statusCode }) => statusCode === 201).length, webhookEndpointsMax);
    const full = answers.find(({ statusCode }) => statusCode !== 201);
    assert.deepEqual([full?.statusCode, full?.headers['x-error-code']], [409, 'webhook_endpoints_full']);
    for (const { id } of await list()) await api.send({ method: 'DELETE', url: `${path}/${id}` });
    const wanted = gateway.deps.outbox.endpoints.audience({
      workspaceId: 'none',
      mode: 'test',
      type: 'endpoint.disabled' satisfies EventType,
    });
    assert.equal(wanted, null);
  });
});

describe('the list of events', () => {
  let gateway: TestGateway;
  let api: ReturnType<typeof integrator>;
  before(async () => {
    gateway = await startTestGateway();
    api = integrator(gateway, await gateway.newKey());
    for (let made = 0; made < 5; made += 1) {
      await api.newSession();
      gateway.clock.nowMs += 1_000;
    }
  });
  after(() => gateway.close());

  type Page = { data: V1Event[]; next_cursor: string };
  const ask = async (query: Record<string, string | number>) => {
    const text = new URLSearchParams();
    for (const [name, value] of Object.entries(query)) text.set(name, String(value));
    return api.send({ method: 'GET', url: `${listEvents.path}?${text}` });
  };
  const page = async (query: Record<string, string | number> = {}) => (await ask(query)).json<Page>();

  it('comes in pages, either way, each event once', async () => {
    const all = (await page()).data.map(({ id }) => id);
    assert.equal(all.length, 5);
    for (const order of ['oldest', 'newest'] as const) {
      const seen: string[] = [];
      let cursor: string | undefined;
      for (;;) {
        const next: Page = await page({ order, limit: 2, ...(cursor === undefined ? {} : { cursor }) });
        cursor = next.next_cursor;
        if (next.data.length === 0) break;
        seen.push(...next.data.map(({ id }) => id));
      }
      assert.deepEqual(seen, order === 'oldest' ? all : all.toReversed());
    }
  });

  it('begins and ends where it is asked to', async () => {
    const startMs = gateway.clock.nowMs - 5_000;
    assert.equal((await page({ from: startMs + 1_000, to: startMs + 3_000 })).data.length, 2);
    assert.equal((await page({ from: startMs + 9_000 })).data.length, 0);
    assert.equal((await page({ type: 'entitylocker.session.created' })).data.length, 5);
    assert.equal((await page({ type: 'entitylocker.session.failed' })).data.length, 0);
  });

  it('waits for the next event, or until the time is over', async () => {
    const { next_cursor: cursor } = await page();
    const waiting = page({ cursor, wait: 5 });
    const id = await api.newSession();
    const { data } = await waiting;
    assert.deepEqual(
      data.map((event) => event.data),
      [{ session_id: id, mode: 'test', status: 'created', previous_status: null, status_reason: null, sequence: 1 }],
    );
    const began = performance.now();
    assert.deepEqual((await page({ cursor: data[0]?.id ?? '', wait: 1 })).data, []);
    assert.ok(performance.now() - began >= 900);
  });

  it('shows one event, and none of another workspace', async () => {
    const [event] = (await page()).data;
    const at = `${listEvents.path}/${event?.id}`;
    assert.deepEqual((await api.send({ method: 'GET', url: at })).json(), event);
    const stranger = integrator(gateway, await gateway.newKey('test', 'Stranger (fictional)'));
    const answer = await stranger.send({ method: 'GET', url: at });
    assert.deepEqual([answer.statusCode, answer.headers['x-error-code']], [404, 'event_not_found']);
    assert.deepEqual((await stranger.send({ method: 'GET', url: listEvents.path })).json<Page>().data, []);
  });

  it('refuses a cursor that it has not given out, and queries that are none', async () => {
    for (const cursor of ['x', 'evt_', 'evt_zz', `evt_${'0'.repeat(33)}`]) {
      assert.equal((await ask({ cursor })).headers['x-error-code'], 'invalid_cursor', cursor);
    }
    const refused = { wait: 26, limit: 0, type: 'x', order: 'up', from: 'x', what: 1 };
    for (const [name, value] of Object.entries(refused)) {
      assert.equal((await ask({ [name]: value })).headers['x-error-code'], 'invalid_query', name);
    }
  });
});
