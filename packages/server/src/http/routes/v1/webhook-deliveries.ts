import {
  deliveriesPerPage,
  type ListDeliveriesQuery,
  listDeliveries,
  listEventDeliveries,
  type ReplayEventsRequest,
  type ResendEventRequest,
  replayEvents,
  resendEvent,
  testWebhookEndpoint,
} from '@tijori/wire';
import type { FastifyInstance } from 'fastify';
import { AppError } from '../../../domain/app-error.ts';
import { isEventId } from '../../../domain/event.ts';
import type { Deps } from '../../../usecases/deps.ts';
import * as deliveries from '../../../usecases/webhooks/deliveries.ts';
import * as replay from '../../../usecases/webhooks/replay.ts';
import { ignoreBodies } from '../../body.ts';
import { callerOf } from '../../identity.ts';
import { toWireAttempt, toWireDelivery } from '../../present-webhooks.ts';
import { readNumbers } from '../../query.ts';
import { routerPath } from '../path.ts';

type OfEndpoint = { endpoint_id: string };
type OfEvent = { event_id: string };
const config = { problem: true };

/** How deliveries went, and orders to make them again. */
export function webhookDeliveryRoutes(app: FastifyInstance, deps: Deps): void {
  app.route<{ Params: OfEndpoint; Querystring: ListDeliveriesQuery }>({
    method: listDeliveries.method,
    url: routerPath(listDeliveries.path),
    config,
    schema: {
      params: listDeliveries.params,
      querystring: listDeliveries.query,
      response: { 200: listDeliveries.response },
    },
    preValidation: readNumbers(listDeliveries.query),
    handler: async ({ params, query, caller }) => {
      const { state, limit = deliveriesPerPage } = query;
      const asked = { state, cursor: cursorOf(query), limit };
      const page = await deliveries.listDeliveries(deps, callerOf({ caller }), params.endpoint_id, asked);
      return { data: page.deliveries.map(toWireDelivery), next_cursor: page.next };
    },
  });

  app.route<{ Params: OfEvent }>({
    method: listEventDeliveries.method,
    url: routerPath(listEventDeliveries.path),
    config,
    schema: { params: listEventDeliveries.params, response: { 200: listEventDeliveries.response } },
    handler: async ({ params, caller }) => {
      const found = await deliveries.listEventDeliveries(deps, callerOf({ caller }), params.event_id);
      return { data: found.map(toWireDelivery) };
    },
  });

  app.route<{ Params: OfEvent; Body: ResendEventRequest }>({
    method: resendEvent.method,
    url: routerPath(resendEvent.path),
    config,
    schema: { params: resendEvent.params, body: resendEvent.body, response: { 200: resendEvent.response } },
    handler: async ({ params, body, caller }) => {
      const which = { eventId: params.event_id, endpointId: body.endpoint_id };
      return { ordered: await replay.resendEvent(deps, callerOf({ caller }), which) };
    },
  });

  app.route<{ Params: OfEndpoint; Body: ReplayEventsRequest }>({
    method: replayEvents.method,
    url: routerPath(replayEvents.path),
    config,
    schema: { params: replayEvents.params, body: replayEvents.body, response: { 200: replayEvents.response } },
    handler: async ({ params, body, caller }) => {
      const { ordered, next } = await replay.replayEvents(deps, callerOf({ caller }), params.endpoint_id, {
        fromMs: body.from,
        toMs: body.to,
        events: body.events,
        includeDelivered: body.include_delivered ?? false,
        cursor: cursorOf(body),
      });
      return { ordered, next_cursor: next };
    },
  });
}

/** In a scope of its own, since it reads no body, whatever a client sends. */
export async function webhookTestRoute(app: FastifyInstance, { deps }: { deps: Deps }): Promise<void> {
  ignoreBodies(app);
  app.route<{ Params: OfEndpoint }>({
    method: testWebhookEndpoint.method,
    url: routerPath(testWebhookEndpoint.path),
    config,
    schema: { params: testWebhookEndpoint.params, response: { 200: testWebhookEndpoint.response } },
    handler: async ({ params, caller }) =>
      toWireAttempt(await deliveries.sendTest(deps, callerOf({ caller }), params.endpoint_id)),
  });
}

function cursorOf({ cursor }: { cursor?: string }): string | undefined {
  if (cursor !== undefined && !isEventId(cursor)) throw new AppError('invalid_cursor');
  return cursor;
}
