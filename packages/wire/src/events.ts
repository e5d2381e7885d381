import Type, { type Static, type TObject, type TProperties } from 'typebox';
import { sessionStatuses } from './endpoints/sdk-session.ts';
import { DocumentType } from './endpoints/v1/fields.ts';
import { errorCatalogue } from './errors.ts';
import { nullable } from './nullable.ts';
import { statusReasons } from './status-reasons.ts';
import { verdictStates } from './verdicts.ts';

const exampleSessionId = '3f0f6c1e-6a4c-4b1e-9d3a-1c2b3d4e5f60';
const keysOf = <Name extends string>(table: Record<Name, unknown>) => Object.keys(table) as [Name, ...Name[]];

/** Why an endpoint was switched off by the gateway itself. */
export const endpointDisabledReasons = {
  gone: 'It answered 410 Gone.',
  failing: 'No delivery to it succeeded for five days.',
} as const satisfies Record<string, string>;

/** Why an endpoint was switched off by the gateway itself. */
export type EndpointDisabledReason = keyof typeof endpointDisabledReasons;

const Mode = Type.Enum(['test', 'live'], {
  description: 'Of the key that made the session or the endpoint. Each endpoint hears of its own mode only.',
  examples: ['test'],
});

const sessionFacts = {
  session_id: Type.String({ description: 'Id of the session.', examples: [exampleSessionId] }),
  mode: Mode,
  status: Type.Enum([...sessionStatuses], {
    description: 'Status of the session once this had happened.',
    examples: ['succeeded'],
  }),
  previous_status: nullable(
    Type.Enum([...sessionStatuses], {
      description:
        'Status before it; the same as `status` where the event is about something else, null at the beginning.',
      examples: ['authorized'],
    }),
  ),
  status_reason: nullable(
    Type.Enum(keysOf(statusReasons), {
      description: 'Why the session failed or expired; else null.',
      examples: [null],
    }),
  ),
  sequence: Type.Integer({
    minimum: 1,
    description:
      'Counts the events of the session: `1` is its creation and each one has the next number. At most one event has a number, so that a receiver can put them in order and see which one is missing.',
    examples: [4],
  }),
};

const documentFacts = {
  id: Type.String({ description: 'Id of the document.', examples: ['a4b0c7de-52c7-4d29-8c5c-0d6a0a9f1b11'] }),
  type: DocumentType,
};

const endpointFacts = {
  endpoint_id: Type.String({ description: 'Id of the endpoint.', examples: ['whe_0f6c1e6a4c4b1e9d3a1c2b3d4e5f6012'] }),
  mode: Mode,
};

const document = <Extra extends TProperties>(extra: Extra) =>
  Type.Object({ ...documentFacts, ...extra }, { description: 'The document that it is about.' });

const about = <Data extends TProperties>(summary: string, data: Data) => ({ summary, data: Type.Object(data) });
const aboutSession = (summary: string) => about(summary, sessionFacts);

/**
 * What the gateway tells endpoints, by the name of the event: what happened, and the schema of `data` in its payload.
 * Payloads are thin: ids and statuses, never a document and nothing of a person. Ask the API for the rest.
 *
 * @example eventCatalogue['entitylocker.session.succeeded'].summary
 */
export const eventCatalogue = {
  'entitylocker.session.created': aboutSession('A session was created.'),
  'entitylocker.session.opened': aboutSession('The person, or a page with the browser SDK, opened the session.'),
  'entitylocker.session.authorized': aboutSession('The person came back from EntityLocker with a consent.'),
  'entitylocker.session.succeeded': aboutSession('The consent covers at least one document that was asked for.'),
  'entitylocker.session.failed': aboutSession('The session failed; `status_reason` says why.'),
  'entitylocker.session.expired': aboutSession('Nobody finished the session in time.'),
  'entitylocker.session.cancelled': aboutSession('The integrator cancelled the session; its status is `failed`.'),
  'entitylocker.document.available': about('A document is in the vault and can be downloaded.', {
    ...sessionFacts,
    document: document({
      verdict: Type.Enum(keysOf(verdictStates), {
        description: 'What its own signature proves; `GET /v1/sessions/{session_id}/documents` has the whole verdict.',
        examples: ['genuine'],
      }),
    }),
  }),
  'entitylocker.document.failed': about('A document will not come any more; `document.code` says why.', {
    ...sessionFacts,
    document: document({
      code: Type.Enum(keysOf(errorCatalogue), {
        description:
          'Why it did not come: `consent_ended`, or the error of the last try when the consent, or the time for downloads, was over.',
        examples: ['consent_ended'],
      }),
    }),
  }),
  'entitylocker.document.erased': about('A document that was held is gone, and its key with it.', {
    ...sessionFacts,
    document: document({}),
  }),
  'entitylocker.consent.withdrawn': aboutSession('The consent was withdrawn: nothing more is fetched.'),
  'entitylocker.consent.expired': aboutSession('The time for which the person consented is over.'),
  'endpoint.disabled': about('The gateway switched an endpoint off.', {
    ...endpointFacts,
    reason: Type.Enum(keysOf(endpointDisabledReasons), {
      description: `Why: ${keysOf(endpointDisabledReasons)
        .map((reason) => `\`${reason}\` (${endpointDisabledReasons[reason]})`)
        .join(', ')}.`,
      examples: ['failing'],
    }),
  }),
} as const satisfies Record<string, { summary: string; data: TObject }>;

/** Name of an event. */
export type EventType = keyof typeof eventCatalogue;

/** Every name of an event. */
export const eventTypes = keysOf(eventCatalogue);

/** `data` of one kind of event. */
export type EventData<Name extends EventType = EventType> = Static<(typeof eventCatalogue)[Name]['data']>;

/**
 * What endpoints are sent besides events: nothing has happened, so that no list of events has it and no endpoint asks for it.
 *
 * @example testCatalogue['endpoint.test'].summary
 */
const testCatalogue = {
  'endpoint.test': about(
    'Somebody asked for a test of the endpoint: `POST /v1/webhook-endpoints/{endpoint_id}/test`.',
    {
      ...endpointFacts,
    },
  ),
} as const satisfies Record<string, { summary: string; data: TObject }>;

/** What a delivery can be about: an event, or a test. */
export const payloadCatalogue = { ...eventCatalogue, ...testCatalogue } as const;

/** `type` of a delivery's body. */
export type PayloadType = keyof typeof payloadCatalogue;

/** Every `type` of a delivery's body. */
export const payloadTypes = keysOf(payloadCatalogue);

/** Body of a test. */
export interface TestPayload {
  type: 'endpoint.test';
  timestamp: string;
  data: Static<(typeof testCatalogue)['endpoint.test']['data']>;
}

/**
 * The whole body of a delivery (Standard Webhooks, "Payload structure") of one kind, as a schema.
 *
 * @example eventPayload('endpoint.disabled').properties.data
 */
export function eventPayload(type: PayloadType): TObject {
  return Type.Object({
    type: Type.Literal(type, { description: 'Name of the event.', examples: [type] }),
    timestamp: Type.String({
      description: 'When it happened: ISO 8601 in UTC, with ms.',
      examples: ['2026-11-22T08:26:40.000Z'],
    }),
    data: payloadCatalogue[type].data,
  });
}

/** A payload, as it is delivered. */
export interface EventPayload<Name extends EventType = EventType> {
  type: Name;
  timestamp: string;
  data: EventData<Name>;
}
