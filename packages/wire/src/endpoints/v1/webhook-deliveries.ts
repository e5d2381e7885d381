import Type, { type Static } from 'typebox';
import { type EgressFailureCode, egressFailures } from '../../egress-failures.ts';
import { eventTypes } from '../../events.ts';
import { nullable } from '../../nullable.ts';
import type { Endpoint } from '../endpoint.ts';
import { EventParams, eventsKeptDays, exampleEventId } from './events.ts';
import { exampleEndpointId, refusals, WebhookEndpointParams } from './webhook-endpoint.ts';

/** Deliveries of a page when `limit` is left out, and at most. */
export const deliveriesPerPage = 50;
export const deliveriesPerPageMax = 200;
/** Attempts that the log of a delivery keeps, the newest: those of two whole schedules. */
export const attemptsKept = 16;
/** Of the answer to an attempt the log keeps so much, bytes. */
export const answerBytesKept = 1_024;

const failureNames = Object.keys(egressFailures) as [EgressFailureCode, ...EgressFailureCode[]];

/** What becomes of a delivery. */
export const deliveryStates = {
  pending: 'There will be another attempt.',
  delivered: 'The endpoint took it.',
  failed: 'There will be no further attempt, unless you order one.',
} as const satisfies Record<string, string>;

/** What becomes of a delivery. */
export type DeliveryState = keyof typeof deliveryStates;

const stateNames = Object.keys(deliveryStates) as [DeliveryState, ...DeliveryState[]];

/** One attempt to bring an event to an endpoint. */
export const DeliveryAttempt = Type.Object(
  {
    at: Type.Integer({ description: 'When it was made, ms since the epoch.', examples: [1763800000000] }),
    duration_ms: Type.Integer({ minimum: 0, description: 'How long it took, ms.', examples: [87] }),
    status: nullable(
      Type.Integer({ description: 'HTTP status of the answer; null if there was no answer.', examples: [503] }),
    ),
    failure: nullable(
      Type.Enum(failureNames, {
        description: `Why there was no answer; null if there was one. ${failureNames.map((name) => `\`${name}\`: ${egressFailures[name]}`).join(' ')}`,
        examples: [null],
      }),
    ),
    answer: Type.String({
      description: `The first ${answerBytesKept} bytes of the answer's body, as text; what is no text is replaced. Kept encrypted, and for ${eventsKeptDays} days.`,
      examples: ['try later'],
    }),
  },
  { title: 'DeliveryAttempt', description: 'One attempt.' },
);
export type DeliveryAttempt = Static<typeof DeliveryAttempt>;

/** An event on its way to an endpoint, and how each attempt went. */
export const WebhookDelivery = Type.Object({
  endpoint_id: Type.String({ description: 'Id of the endpoint.', examples: [exampleEndpointId] }),
  event_id: Type.String({ description: 'Id of the event: `webhook-id` of each attempt.', examples: [exampleEventId] }),
  type: Type.Enum(eventTypes, { description: 'Name of the event.', examples: ['entitylocker.session.succeeded'] }),
  state: Type.Enum(stateNames, {
    description: `What becomes of it. ${stateNames.map((name) => `\`${name}\`: ${deliveryStates[name]}`).join(' ')}`,
    examples: ['pending'],
  }),
  attempt_count: Type.Integer({ minimum: 0, description: 'How many attempts were made so far.', examples: [1] }),
  next_attempt_at: nullable(
    Type.Integer({
      description: 'When the next attempt is due, ms since the epoch; null if there will be none.',
      examples: [1763800005000],
    }),
  ),
  attempts: Type.Array(DeliveryAttempt, {
    description: `Oldest first; the newest ${attemptsKept} if there were more.`,
  }),
});
export type WebhookDelivery = Static<typeof WebhookDelivery>;

const attemptExample: DeliveryAttempt = {
  at: 1763800000000,
  duration_ms: 87,
  status: 503,
  failure: null,
  answer: 'try later',
};
const deliveryExample: WebhookDelivery = {
  endpoint_id: exampleEndpointId,
  event_id: exampleEventId,
  type: 'entitylocker.session.succeeded',
  state: 'pending',
  attempt_count: 1,
  next_attempt_at: 1763800005000,
  attempts: [attemptExample],
};

const ListDeliveriesQuery = Type.Object(
  {
    state: Type.Optional(
      Type.Enum(stateNames, { description: 'Only deliveries in this state.', examples: ['failed'] }),
    ),
    limit: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: deliveriesPerPageMax,
        description: `Most deliveries of the page; ${deliveriesPerPage} if left out.`,
        examples: [50],
      }),
    ),
    cursor: Type.Optional(
      Type.String({
        description: 'The `next_cursor` of the page before. Say `state` again.',
        examples: [exampleEventId],
      }),
    ),
  },
  { additionalProperties: false },
);

/** Query of an endpoint's delivery log, numbers read as such. */
export type ListDeliveriesQuery = Static<typeof ListDeliveriesQuery>;

const ListDeliveriesResponse = Type.Object({
  data: Type.Array(WebhookDelivery, { description: 'Newest event first.' }),
  next_cursor: nullable(
    Type.String({
      description: 'Pass it as `cursor` for the next page; null on the last.',
      examples: [exampleEventId],
    }),
  ),
});

/** `GET /v1/webhook-endpoints/{endpoint_id}/deliveries`: the delivery log of an endpoint. */
export const listDeliveries = {
  method: 'GET',
  path: '/v1/webhook-endpoints/{endpoint_id}/deliveries',
  family: 'tijori',
  summary: 'How the deliveries to a webhook endpoint went.',
  description: `The log goes back ${eventsKeptDays} days.`,
  credentials: 'key_and_token',
  params: WebhookEndpointParams,
  query: ListDeliveriesQuery,
  response: ListDeliveriesResponse,
  responseExample: { data: [deliveryExample], next_cursor: null },
  errors: ['invalid_query', 'invalid_cursor', 'webhook_endpoint_not_found', ...refusals],
  errorFormat: 'problem',
} as const satisfies Endpoint;

const EventDeliveriesResponse = Type.Object({
  data: Type.Array(WebhookDelivery, { description: 'One for each endpoint to which it went or goes; there are few.' }),
});

/** `GET /v1/events/{event_id}/deliveries`: where an event went. */
export const listEventDeliveries = {
  method: 'GET',
  path: '/v1/events/{event_id}/deliveries',
  family: 'tijori',
  summary: 'How the deliveries of an event went.',
  credentials: 'key_and_token',
  params: EventParams,
  response: EventDeliveriesResponse,
  responseExample: { data: [deliveryExample] },
  errors: ['event_not_found', ...refusals],
  errorFormat: 'problem',
} as const satisfies Endpoint;

/** `POST /v1/webhook-endpoints/{endpoint_id}/test`: one attempt, at once. Takes no body. */
export const testWebhookEndpoint = {
  method: 'POST',
  path: '/v1/webhook-endpoints/{endpoint_id}/test',
  family: 'tijori',
  summary: 'Send a test event to a webhook endpoint, now.',
  description:
    'One signed attempt with the event `endpoint.test`, whether or not the endpoint is switched on and whatever events it asks for. It is neither kept in the log nor made again; the answer says how it went, after 15 seconds at the latest. A body is taken and not read.',
  credentials: 'key_and_token',
  params: WebhookEndpointParams,
  response: DeliveryAttempt,
  responseExample: { ...attemptExample, status: 204, answer: '' },
  errors: ['webhook_endpoint_not_found', ...refusals],
  errorFormat: 'problem',
} as const satisfies Endpoint;
