import type { Call, CallOptions, CreateOptions } from './call.ts';
import type {
  CreateWebhookEndpointRequest,
  DeletedWebhookEndpoint,
  UpdateWebhookEndpointRequest,
  WebhookEndpoint,
  WebhookEndpointWithSecret,
} from './types.ts';

/**
 * `/v1/webhook-endpoints`: where events go. Each endpoint hears of the mode of the key that made it. What arrives there is checked with
 * `@tijori/client/webhooks`. Every call can also fail with `unauthorized`.
 */
export interface V1WebhookEndpoints {
  /**
   * Names an address to which events go from now on. Keep the `secret` of the answer: it is shown this once.
   *
   * Errors: `destination_refused`, `webhook_endpoints_full`, `invalid_request_body`.
   *
   * @example const { id, secret } = await client.v1.webhookEndpoints.create({ url: 'https://lender.example/hooks/tijori' });
   */
  create(endpoint: CreateWebhookEndpointRequest, options?: CreateOptions): Promise<WebhookEndpointWithSecret>;
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
}

export function v1WebhookEndpoints(call: Call): V1WebhookEndpoints {
  return {
    create: async (body, options) => (await call('createWebhookEndpoint', { body }, options)).data,
    list: async (options) => (await call('listWebhookEndpoints', {}, options)).data.data,
    get: async (id, options) => (await call('getWebhookEndpoint', { path: [id] }, options)).data,
    update: async (id, body, options) => (await call('updateWebhookEndpoint', { path: [id], body }, options)).data,
    rotate: async (id, options) => (await call('rotateWebhookSecret', { path: [id] }, options)).data,
    delete: async (id, options) => (await call('deleteWebhookEndpoint', { path: [id] }, options)).data,
  };
}
