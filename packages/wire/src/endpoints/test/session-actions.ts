import Type, { type Static } from 'typebox';
import type { Endpoint } from '../endpoint.ts';
import { sessionStatuses } from '../sdk-session.ts';
import { TestSessionParams, testSessionErrors, testSessionId } from './test-session.ts';

/** What a person can do on the way, each with the fields that it reads. */
export const walkActions = [
  'open',
  'sign_in',
  'sign_up',
  'link',
  'enter_otp',
  'enter_pin',
  'choose_entity',
  'give_identifier',
  'approve',
  'consent',
  'deny',
  'abandon',
  'return',
  'retry',
] as const;
export type WalkAction = (typeof walkActions)[number];

/**
 * Where the walker's browser stands. `start`: nothing is open. `stopped`: EntityLocker ended the sign-in and offers only
 * the way back. `returned`: back on our own page, or on the way to the integrator's. The others are the pages of EntityLocker.
 */
export const walkPlaces = [
  'start',
  'sign_in',
  'sign_up',
  'link',
  'otp',
  'pin',
  'entity',
  'identifier',
  'approval',
  'consent',
  'stopped',
  'returned',
] as const;
export type WalkPlace = (typeof walkPlaces)[number];

const textMax = 200;
const text = (description: string, examples: string[]) =>
  Type.Optional(Type.String({ maxLength: textMax, description, examples }));

const Step = Type.Object(
  {
    action: Type.String({
      maxLength: textMax,
      description: `What the person does: ${walkActions.join(', ')}. Which of them are possible now is in every answer.`,
      examples: ['open', 'deny'],
    }),
    mobile: text('For sign_in and link: ten digits. Left out: the first fictional person.', ['5550000001']),
    identifier: text(
      'For sign_up and give_identifier: CIN, PAN, GSTIN or Udyam number. Left out: the first on the page.',
      ['U62099KA2021PTC900011'],
    ),
    role: Type.Optional(
      Type.Enum(['director', 'authorised_person'], {
        description: 'For link: what the person is to the entity. Left out: director.',
        examples: ['director'],
      }),
    ),
    otp: text('For enter_otp: what is typed. Left out: the one-time password that the page shows.', ['000000']),
    pin: text('For enter_pin: what is typed. Left out: the PIN that the page shows.', ['123456']),
    entity: text('For choose_entity: the name of the entity as on the page. Left out: the first.', [
      'Specimen Trading Private Limited',
    ]),
    documents: Type.Optional(
      Type.Array(Type.String({ maxLength: textMax }), {
        maxItems: 64,
        description: 'For consent: the document types that stay ticked. Left out: as the page has them.',
        examples: [['gstn_details']],
      }),
    ),
  },
  { additionalProperties: false },
);

const Scenario = Type.Object(
  {
    scenario: Type.String({
      maxLength: textMax,
      description: 'Walk the whole journey so that it comes out like this (docs/scenarios.md).',
      examples: ['tampered'],
    }),
  },
  { additionalProperties: false },
);

const TestSessionActionsRequest = Type.Union([Step, Scenario]);

/** Body of `/test/sessions/{session_id}/actions`: one step, or a whole scenario. */
export type TestSessionActionsRequest = Static<typeof TestSessionActionsRequest>;
/** One step of the walk, with the fields that some actions read. */
export type WalkStep = Static<typeof Step>;

const TestSessionActionsResponse = Type.Object({
  ...testSessionId,
  status: Type.Enum([...sessionStatuses], { description: 'Where it stands now.', examples: ['initialized'] }),
  place: Type.Enum([...walkPlaces], { description: 'The page before the person now.', examples: ['sign_in'] }),
  actions: Type.Array(Type.Enum([...walkActions]), {
    description: 'What the person can do there.',
    examples: [['sign_in', 'deny', 'abandon']],
  }),
});

/** Answer of `/test/sessions/{session_id}/actions`. */
export type TestSessionActionsResponse = Static<typeof TestSessionActionsResponse>;

/**
 * `POST /test/sessions/{session_id}/actions`: a person without a screen, for test sessions only. Every step is a real
 * request to the pages, so the transitions, the records and the events are the true ones.
 */
export const testSessionActions = {
  method: 'POST',
  path: '/test/sessions/{session_id}/actions',
  family: 'test',
  summary: 'Do in a test session what a person would do in the browser, one step or a whole scenario.',
  description: 'Send either `action`, with the fields that it reads, or `scenario` alone.',
  credentials: 'key_and_token',
  params: TestSessionParams,
  body: TestSessionActionsRequest,
  example: { scenario: 'deny' },
  response: TestSessionActionsResponse,
  responseExample: {
    session_id: '0454f149-26d0-41ef-9f14-c54f4b5f7b70',
    status: 'failed',
    place: 'returned',
    actions: ['abandon', 'return'],
  },
  errors: [...testSessionErrors, 'unknown_scenario', 'unknown_persona', 'unknown_choice'],
  errorFormat: 'problem',
} as const satisfies Endpoint;
