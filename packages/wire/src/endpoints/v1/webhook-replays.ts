import Type, { type Static } from 'typebox';
import { eventTypes } from '../../events.ts';
import { nullable } from '../../nullable.ts';
import type { Endpoint } from '../endpoint.ts';
import { EventParams, exampleEventId, momentMax } from './events.ts';
import { EndpointEvents, exampleEndpointId, refusals, WebhookEndpointParams } from './webhook-endpoint.ts';

/** Most events at which one call of `replay` looks; its cursor leads on. */
export const replayedEventsMax = 1_000;

const ordering = [
  'invalid_request_body',
  'webhook_endpoint_not_found',
  'webhook_endpoint_disabled',
  'storage_full',
] as const;

const Ordered = Type.Integer({
  minimum: 0,
  description: 'How many deliveries go out by it.',
  examples: [1],
});

const ResendEventRequest = Type.Object(
  {
    endpoint_id: Type.Optional(
      Type.String({
        maxLength: 200,
        description:
          'Only to this endpoint, whatever events it asks for. Left out: to every one that asks for such events.',
        examples: [exampleEndpointId],
      }),
    ),
  },
  { additionalProperties: false },
);

/** Body of `POST /v1/events/{event_id}/resend`. */
export type ResendEventRequest = Static<typeof ResendEventRequest>;

const ResendEventResponse = Type.Object({ ordered: Ordered });

/** `POST /v1/events/{event_id}/resend`: an event goes out again, also one that was delivered. */
export const resendEvent = {
  method: 'POST',
  path: '/v1/events/{event_id}/resend',
  family: 'tijori',
  summary: 'Send an event again, also one that was delivered.',
  description:
    'With the id that it has, at once, and if that fails on a schedule of its own. Endpoints that are switched off are left out; one that you name must be on.',
  credentials: 'key_and_token',
  params: EventParams,
  body: ResendEventRequest,
  example: { endpoint_id: exampleEndpointId },
  response: ResendEventResponse,
  responseExample: { ordered: 1 },
  errors: ['event_not_found', ...ordering, ...refusals],
  errorFormat: 'problem',
} as const satisfies Endpoint;

const ReplayEventsRequest = Type.Object(
  {
    from: Type.Integer({
      minimum: 0,
      maximum: momentMax,
      description: 'Events recorded at this moment or later, ms since the epoch.',
      examples: [1763800000000],
    }),
    to: Type.Integer({
      minimum: 0,
      maximum: momentMax,
      description: 'Events recorded before this moment, ms since the epoch.',
      examples: [1763886400000],
    }),
    events: Type.Optional({
      ...EndpointEvents,
      description: 'Of the events that the endpoint asks for, only these. Left out: all of them.',
    }),
    include_delivered: Type.Optional(
      Type.Boolean({
        description: 'Whether events that were delivered go out again, too. Left out: no.',
        examples: [false],
      }),
    ),
    cursor: Type.Optional(
      Type.String({
        maxLength: 200,
        description: 'The `next_cursor` of the call before, to go on where it ended. Say the rest again.',
        examples: [exampleEventId],
      }),
    ),
  },
  { additionalProperties: false },
);

/** Body of `POST /v1/webhook-endpoints/{endpoint_id}/replay`. */
export type ReplayEventsRequest = Static<typeof ReplayEventsRequest>;

const ReplayEventsResponse = Type.Object({
  ordered: Ordered,
  next_cursor: nullable(
    Type.String({
      description: 'Where the next call goes on, as its `cursor`; null if this was all.',
      examples: [exampleEventId],
    }),
  ),
});

/** `POST /v1/webhook-endpoints/{endpoint_id}/replay`: after an outage, or for an endpoint that is new. */
export const replayEvents = {
  method: 'POST',
  path: '/v1/webhook-endpoints/{endpoint_id}/replay',
  family: 'tijori',
  summary: 'Send the events of a stretch of time to a webhook endpoint.',
  description: `Also those from before it was made, each with the id that it has. One call looks at ${replayedEventsMax} events at most and orders what it found in one step; call again with its cursor until that is null. To repeat a call does no harm.`,
  credentials: 'key_and_token',
  params: WebhookEndpointParams,
  body: ReplayEventsRequest,
  example: { from: 1763800000000, to: 1763886400000, events: [eventTypes[3]] },
  response: ReplayEventsResponse,
  responseExample: { ordered: 17, next_cursor: null },
  errors: ['invalid_cursor', ...ordering, ...refusals],
  errorFormat: 'problem',
} as const satisfies Endpoint;
