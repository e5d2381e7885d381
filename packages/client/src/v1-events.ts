import type { Call, CallOptions } from './call.ts';
import type {
  ListEventsQuery,
  ResendEventRequest,
  ResentEvent,
  V1EventPage,
  WebhookDelivery,
  WebhookEvent,
} from './types.ts';

/** `/v1/events`: what happened, also where no endpoint heard of it; kept for 30 days. Every call can also fail with `unauthorized`. */
export interface V1Events {
  /**
   * Every event so far that fits, oldest first unless `order` says otherwise; further pages are fetched as they are needed.
   *
   * @example for await (const event of client.v1.events.list({ from: Date.now() - 3_600_000 })) console.log(event.type);
   */
  list(filter?: Omit<ListEventsQuery, 'cursor' | 'wait'>, options?: CallOptions): AsyncIterable<WebhookEvent>;
  /** One page of them. Errors: `invalid_cursor`, `invalid_query`. */
  page(query?: ListEventsQuery, options?: CallOptions): Promise<V1EventPage>;
  /** One event. Errors: `event_not_found`. */
  get(id: string, options?: CallOptions): Promise<WebhookEvent>;
  /** Where an event went, and how each attempt went. Errors: `event_not_found`. */
  deliveries(id: string, options?: CallOptions): Promise<WebhookDelivery[]>;
  /**
   * Sends an event again, also one that was delivered, to one endpoint or to all that ask for such events. Not repeated by itself.
   *
   * Errors: `event_not_found`, `webhook_endpoint_not_found`, `webhook_endpoint_disabled`.
   *
   * @example const { ordered } = await client.v1.events.resend(eventId, { endpoint_id: endpointId });
   */
  resend(id: string, to?: ResendEventRequest, options?: CallOptions): Promise<ResentEvent>;
  /**
   * Events as they happen, from the one after the event `after` on, or from the oldest that is kept. Ends only by your signal, and then rejects
   * with its reason. After another error go on with the last `id` that you had: nothing is left out. Where several servers share a database,
   * events can come to light late; who must not miss any takes webhooks.
   *
   * @example for await (const event of client.v1.events.follow({ after: lastId }, { signal })) console.log(event.id, event.type);
   */
  follow(from?: { after?: string | undefined }, options?: CallOptions): AsyncIterable<WebhookEvent>;
}

/** How long the server holds a question to which there is no answer yet, seconds. */
const waitSeconds = 20;
/** Longer than that, so that nobody gives up before the server answers, ms. */
const followTimeoutMs = 30_000;
const pageMax = 200;

export function v1Events(call: Call): V1Events {
  const page: V1Events['page'] = async (query = {}, options) => (await call('listEvents', { query }, options)).data;
  return {
    async *list(filter = {}, options) {
      for (let cursor: string | undefined; ; ) {
        const { data, next_cursor: next } = await page({ ...filter, cursor }, options);
        yield* data;
        // A filtered page can be empty before the end; the same cursor again is the end.
        if (next === cursor || (data.length === 0 && filter.type === undefined)) return;
        cursor = next;
      }
    },
    page,
    get: async (id, options) => (await call('getEvent', { path: [id] }, options)).data,
    deliveries: async (id, options) => (await call('listEventDeliveries', { path: [id] }, options)).data.data,
    resend: async (id, body = {}, options) => (await call('resendEvent', { path: [id], body }, options)).data,
    async *follow({ after } = {}, options = {}) {
      const patient = { ...options, timeoutMs: options.timeoutMs ?? followTimeoutMs };
      for (let cursor = after; ; ) {
        const { data, next_cursor: next } = await page({ cursor, limit: pageMax, wait: waitSeconds }, patient);
        yield* data;
        cursor = next;
      }
    },
  };
}
