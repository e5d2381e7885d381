import Type, { type Static } from 'typebox';
import { eventTypes } from '../../events.ts';
import type { Endpoint } from '../endpoint.ts';

/** Events of a page when `limit` is left out, and at most. */
export const eventsPerPage = 50;
export const eventsPerPageMax = 200;
/** Longest wait for the next event, seconds. */
export const eventsWaitSecondsMax = 25;
/** Events and the log of their deliveries are kept for so long, days. */
export const eventsKeptDays = 30;

export const exampleEventId = 'evt_019ab7c5c4007000a1c2b3d4e5f60718';
/** Latest moment that a call may name, ms since the epoch. */
export const momentMax = 999_999_999_999_999;

/** `data` can be that of any event; the schema of each stands in docs/events.schema.json and under `webhooks`. */
const AnyData = Type.Record(
  Type.String({ pattern: '^[a-z_]{1,40}$' }),
  Type.Unknown({ description: 'A fact of the event.', examples: ['succeeded'] }),
  {
    description: 'What a delivery has as `data`: ids and statuses. Its fields depend on the type (see `webhooks`).',
    examples: [{ session_id: '3f0f6c1e-6a4c-4b1e-9d3a-1c2b3d4e5f60', status: 'succeeded', sequence: 4 }],
  },
);

/** An event in our own API: the payload of its deliveries, and its id. */
export const V1Event = Type.Object({
  id: Type.String({
    description: 'Id of the event: `webhook-id` of its deliveries. Ids of later events are greater, as texts.',
    examples: [exampleEventId],
  }),
  type: Type.Enum(eventTypes, { description: 'Name of the event.', examples: ['entitylocker.session.succeeded'] }),
  timestamp: Type.String({
    description: 'When it happened: ISO 8601 in UTC, with ms.',
    examples: ['2026-11-22T08:26:40.000Z'],
  }),
  data: AnyData,
});
export type V1Event = Static<typeof V1Event>;

const v1EventExample: V1Event = {
  id: exampleEventId,
  type: 'entitylocker.session.succeeded',
  timestamp: '2026-11-22T08:26:40.000Z',
  data: {
    session_id: '3f0f6c1e-6a4c-4b1e-9d3a-1c2b3d4e5f60',
    mode: 'test',
    status: 'succeeded',
    previous_status: 'authorized',
    status_reason: null,
    sequence: 4,
  },
};

const ListEventsQuery = Type.Object(
  {
    type: Type.Optional(
      Type.Enum(eventTypes, { description: 'Only events of this name.', examples: ['entitylocker.session.succeeded'] }),
    ),
    from: Type.Optional(
      Type.Integer({
        minimum: 0,
        maximum: momentMax,
        description: 'Only events recorded at this moment or later, ms since the epoch.',
        examples: [1763800000000],
      }),
    ),
    to: Type.Optional(
      Type.Integer({
        minimum: 0,
        maximum: momentMax,
        description: 'Only events recorded before this moment, ms since the epoch.',
        examples: [1763886400000],
      }),
    ),
    order: Type.Optional(
      Type.Enum(['oldest', 'newest'], { description: 'Which come first; `oldest` if left out.', examples: ['oldest'] }),
    ),
    limit: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: eventsPerPageMax,
        description: `Most events of the page; ${eventsPerPage} if left out.`,
        examples: [50],
      }),
    ),
    cursor: Type.Optional(
      Type.String({
        description: 'The `next_cursor` of the page before: an event id. Say the other filters again.',
        examples: [exampleEventId],
      }),
    ),
    wait: Type.Optional(
      Type.Integer({
        minimum: 0,
        maximum: eventsWaitSecondsMax,
        description: 'If there is no event to answer, wait for one for so many seconds at most. Only with `oldest`.',
        examples: [20],
      }),
    ),
  },
  { additionalProperties: false },
);

/** Query of `GET /v1/events`, numbers read as such. */
export type ListEventsQuery = Static<typeof ListEventsQuery>;

const ListEventsResponse = Type.Object({
  data: Type.Array(V1Event, { description: 'In the order asked for.' }),
  next_cursor: Type.String({
    description:
      'Pass it as `cursor` for what comes next. An empty page is the end for now: ask again with its cursor, and with `wait`.',
    examples: [exampleEventId],
  }),
});

/** `GET /v1/events`: what happened, also where no endpoint heard of it. */
export const listEvents = {
  method: 'GET',
  path: '/v1/events',
  family: 'tijori',
  summary: 'What happened, in pages, or as it happens.',
  description: `Events are kept for ${eventsKeptDays} days. Follow them with \`wait\` and the cursor of each answer. A filtered page can have fewer events than \`limit\`, even none. Where several servers share a database, an event can appear a moment after one with a greater id; who must not miss any takes webhooks.`,
  credentials: 'key_and_token',
  query: ListEventsQuery,
  response: ListEventsResponse,
  responseExample: { data: [v1EventExample], next_cursor: exampleEventId },
  errors: ['invalid_query', 'invalid_cursor', 'invalid_access_token', 'access_token_expired', 'insufficient_privilege'],
  errorFormat: 'problem',
} as const satisfies Endpoint;

/** Path of an event. */
export const EventParams = Type.Object({
  event_id: Type.String({ description: 'Id of the event.', examples: [exampleEventId] }),
});

/** `GET /v1/events/{event_id}`. */
export const getEvent = {
  method: 'GET',
  path: '/v1/events/{event_id}',
  family: 'tijori',
  summary: 'One thing that happened.',
  credentials: 'key_and_token',
  params: EventParams,
  response: V1Event,
  responseExample: v1EventExample,
  errors: ['event_not_found', 'invalid_access_token', 'access_token_expired', 'insufficient_privilege'],
  errorFormat: 'problem',
} as const satisfies Endpoint;
