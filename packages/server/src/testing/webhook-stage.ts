import assert from 'node:assert/strict';
import { after, afterEach, before } from 'node:test';
import {
  createWebhookEndpoint,
  type V1Event,
  type WebhookDelivery,
  type WebhookEndpointWithSecret,
} from '@tijori/wire';
import type { InjectOptions } from 'fastify';
import type { BootOptions } from '../boot.ts';
import type { Mode } from '../domain/session.ts';
import { integrator } from './api.ts';
import { startTestGateway, type TestGateway } from './gateway.ts';
import { type Receiver, startReceiver } from './receiver.ts';

type Page = { data: WebhookDelivery[]; next_cursor: string | null };

/**
 * A gateway with a receiver beside it, for the tests of one `describe`, which calls this. Each test begins with a receiver that has got
 * nothing and takes everything, at the same moment, and opens workspaces of its own. Nothing goes out but by `sendDue`.
 */
export function webhookStage(options: BootOptions = {}) {
  let gateway: TestGateway;
  let receiver: Receiver;
  let startMs: number;
  let workspaces = 0;
  before(async () => {
    gateway = await startTestGateway({}, options);
    startMs = gateway.clock.nowMs;
    receiver = await startReceiver();
  });
  afterEach(() => {
    receiver.received.length = 0;
    receiver.answer(() => 204);
    gateway.clock.nowMs = startMs;
  });
  after(async () => {
    await receiver.close();
    await gateway.close();
  });

  return {
    get gateway() {
      return gateway;
    },
    get receiver() {
      return receiver;
    },
    /** When each test begins. */
    get startMs() {
      return startMs;
    },
    /** Sends all that is due at this moment, and resolves when that is done. */
    sendDue: () => gateway.deps.outbox.sendDue(),
    /** Ids of what has come, in order. */
    ids: () => receiver.received.map(({ headers }) => String(headers['webhook-id'])),
    /** A workspace, as its integrator sees it. */
    async open(mode: Mode = 'test') {
      workspaces += 1;
      const name = `Lender ${workspaces} (fictional)`;
      return { name, ...workspaceOf({ gateway, receiver, mode, key: await gateway.newKey(mode, name) }) };
    },
  };
}

interface Workspace {
  gateway: TestGateway;
  receiver: Receiver;
  mode: Mode;
  key: Awaited<ReturnType<TestGateway['newKey']>>;
}

function workspaceOf({ gateway, receiver, mode, key }: Workspace) {
  let api = integrator(gateway, key);
  const send = (request: InjectOptions) => api.send(request);
  const call = (method: 'GET' | 'POST' | 'PATCH' | 'DELETE', url: string, payload?: object) =>
    send({ method, url, ...(payload && { payload }) });
  const at = (id: string) => `${createWebhookEndpoint.path}/${id}`;
  const events = async () => (await call('GET', '/v1/events')).json<{ data: V1Event[] }>().data;
  return {
    key,
    send,
    call,
    newSession: () => api.newSession(),
    /** Time passes, and with it the caller's token. */
    async pass(ms: number) {
      gateway.clock.nowMs += ms;
      const { workspaceId, apiKey: apiKeyId } = key;
      api = integrator(gateway, { ...key, token: await gateway.deps.tokens.issue({ workspaceId, apiKeyId, mode }) });
    },
    /** Leads to the stage's receiver, unless `wish` says otherwise. */
    async newEndpoint(wish: object = {}) {
      const made = await call('POST', createWebhookEndpoint.path, { url: receiver.url, ...wish });
      assert.equal(made.statusCode, 201, made.body);
      return made.json<WebhookEndpointWithSecret>();
    },
    endpoint: async (id: string) => (await call('GET', at(id))).json<WebhookEndpointWithSecret>(),
    events,
    log: async (id: string, query = '') => (await call('GET', `${at(id)}/deliveries${query}`)).json<Page>(),
    /** Of the workspace's first event. */
    async delivery(endpointId: string): Promise<WebhookDelivery> {
      const [event] = await events();
      const log = await call('GET', `/v1/events/${event?.id}/deliveries`);
      const found = log.json<{ data: WebhookDelivery[] }>().data.find(({ endpoint_id }) => endpoint_id === endpointId);
      return found ?? assert.fail('no delivery');
    },
    replay: (id: string, payload: object) => call('POST', `${at(id)}/replay`, payload),
  };
}
