import type { Call, CallOptions } from './call.ts';
import { listAll, samePageAgain } from './list-all.ts';
import type {
  CreateWebhookEndpointRequest,
  DeletedWebhookEndpoint,
  DeliveryAttempt,
  ListDeliveriesQuery,
  ReplayEventsRequest,
  ReplayedEvents,
  UpdateWebhookEndpointRequest,
  WebhookDelivery,
  WebhookDeliveryPage,
  WebhookEndpoint,
  WebhookEndpointWithSecret,
} from './types.ts';

/**
 * `/v1/webhook-endpoints`: where events go. Each endpoint hears of the mode of the key that made it. What arrives there is checked with
 * `@tijori/client/webhooks`. Every call can also fail with `unauthorized`.
 */
export interface V1WebhookEndpoints {
  /**
   * Names an address to which events go from now on. Keep the `secret` of the answer: it is shown this once. Not repeated by itself.
   *
   * Errors: `destination_refused`, `webhook_endpoints_full`, `invalid_request_body`.
   *
   * @example const { id, secret } = await client.v1.webhookEndpoints.create({ url: 'https://lender.example/hooks/tijori' });
   */
  create(endpoint: CreateWebhookEndpointRequest, options?: CallOptions): Promise<WebhookEndpointWithSecret>;
  /** All of your workspace and mode, oldest first. */
  list(options?: CallOptions): Promise<WebhookEndpoint[]>;
  /** One endpoint. Errors: `webhook_endpoint_not_found`. */
  get(id: string, options?: CallOptions): Promise<WebhookEndpoint>;
  /**
   * Changes an endpoint, or switches it off and on. Not repeated by itself.
   *
   * Errors: `webhook_endpoint_not_found`, `destination_refused`, `invalid_request_body`.
   *
   * @example await client.v1.webhookEndpoints.update(id, { enabled: true });
   */
  update(id: string, change: UpdateWebhookEndpointRequest, options?: CallOptions): Promise<WebhookEndpoint>;
  /**
   * Gives it a new secret, which is shown this once; the old one signs as well until `secret_overlap_until`. Not repeated by itself.
   * Errors: `webhook_endpoint_not_found`.
   */
  rotate(id: string, options?: CallOptions): Promise<WebhookEndpointWithSecret>;
  /** Removes it with its delivery log. Errors: `webhook_endpoint_not_found`. */
  delete(id: string, options?: CallOptions): Promise<DeletedWebhookEndpoint>;
  /**
   * Makes one attempt with `endpoint.test`, at once; the answer says how it went. Not repeated by itself.
   * Errors: `webhook_endpoint_not_found`.
   *
   * @example const { status, failure } = await client.v1.webhookEndpoints.test(id);
   */
  test(id: string, options?: CallOptions): Promise<DeliveryAttempt>;
  /**
   * The delivery log of 30 days, newest event first; further pages are fetched as they are needed.
   *
   * @example for await (const { event_id, attempts } of client.v1.webhookEndpoints.deliveries(id, { state: 'failed' })) console.log(event_id, attempts);
   */
  deliveries(
    id: string,
    filter?: Omit<ListDeliveriesQuery, 'cursor'>,
    options?: CallOptions,
  ): AsyncIterable<WebhookDelivery>;
  /** One page of it. Errors: `webhook_endpoint_not_found`, `invalid_cursor`. */
  deliveriesPage(id: string, query?: ListDeliveriesQuery, options?: CallOptions): Promise<WebhookDeliveryPage>;
  /**
   * Sends the events of a stretch of time, 1,000 at a time, until all are ordered; resolves with how many deliveries that are. After an error call it
   * again with the `cursor` of the last piece, or from the beginning, which does no harm.
   *
   * Errors: `webhook_endpoint_not_found`, `webhook_endpoint_disabled`, `invalid_request_body`.
   *
   * @example await client.v1.webhookEndpoints.replay(id, { from: outage.beganMs, to: outage.endedMs });
   */
  replay(id: string, order: ReplayEventsRequest, options?: ReplayOptions): Promise<{ ordered: number }>;
  /** One piece of it. Errors as those of `replay`, and `invalid_cursor`. */
  replayPage(id: string, order: ReplayEventsRequest, options?: CallOptions): Promise<ReplayedEvents>;
}

/** What `replay` takes besides its order. */
export interface ReplayOptions extends CallOptions {
  /** Told of each piece once it is ordered: how many deliveries so far, and where the next one goes on; null at the end. */
  onPiece?: ((piece: { ordered: number; cursor: string | null }) => void) | undefined;
}

export function v1WebhookEndpoints(call: Call): V1WebhookEndpoints {
  const deliveriesPage: V1WebhookEndpoints['deliveriesPage'] = async (id, query = {}, options) =>
    (await call('listDeliveries', { path: [id], query }, options)).data;
  const replayPage: V1WebhookEndpoints['replayPage'] = async (id, body, options) =>
    (await call('replayEvents', { path: [id], body }, options)).data;
  return {
    create: async (body, options) => (await call('createWebhookEndpoint', { body }, options)).data,
    list: async (options) => (await call('listWebhookEndpoints', {}, options)).data.data,
    get: async (id, options) => (await call('getWebhookEndpoint', { path: [id] }, options)).data,
    update: async (id, body, options) => (await call('updateWebhookEndpoint', { path: [id], body }, options)).data,
    rotate: async (id, options) => (await call('rotateWebhookSecret', { path: [id] }, options)).data,
    delete: async (id, options) => (await call('deleteWebhookEndpoint', { path: [id] }, options)).data,
    test: async (id, options) => (await call('testWebhookEndpoint', { path: [id] }, options)).data,
    deliveries: (id, filter = {}, options) =>
      listAll((cursor) => deliveriesPage(id, { ...filter, ...(cursor !== undefined && { cursor }) }, options)),
    deliveriesPage,
    async replay(id, order, { onPiece, ...options } = {}) {
      let ordered = 0;
      for (let { cursor } = order; ; ) {
        const { ordered: more, next_cursor: next } = await replayPage(id, { ...order, cursor }, options);
        ordered += more;
        onPiece?.({ ordered, cursor: next });
        if (next === null) return { ordered };
        if (next === cursor) throw samePageAgain();
        cursor = next;
      }
    },
    replayPage,
  };
}
