import Type, { type Static } from 'typebox';
import type { Endpoint } from '../endpoint.ts';
import { sessionStatuses } from '../sdk-session.ts';
import { TestSessionParams, testSessionErrors, testSessionId } from './test-session.ts';

/** What of a session can come to its end before its time. */
export const clockEnds = ['link', 'token', 'consent', 'retention', 'validity'] as const;
export type ClockEnd = (typeof clockEnds)[number];

/** Longest hold: polls of the status, and seconds. */
export const holdPollsMax = 1000;
export const holdSecondsMax = 3600;

const Advance = Type.Object(
  {
    advance: Type.Enum([...clockEnds], {
      description:
        'Goes at once to the end of: the link (an open session expires), the access token (it has to be renewed), the consent at EntityLocker (nothing more can be fetched), the retention (the documents are gone), or the validity, which is the time for which the person consented (the consent expires, and documents and keys are gone).',
      examples: ['retention'],
    }),
  },
  { additionalProperties: false },
);

const Hold = Type.Object(
  {
    hold: Type.Union(
      [
        Type.Object(
          {
            polls: Type.Integer({
              minimum: 1,
              maximum: holdPollsMax,
              description: 'For how many calls of the status.',
              examples: [3],
            }),
          },
          { additionalProperties: false },
        ),
        Type.Object(
          {
            seconds: Type.Integer({
              minimum: 1,
              maximum: holdSecondsMax,
              description: 'For how many seconds.',
              examples: [2],
            }),
          },
          { additionalProperties: false },
        ),
      ],
      {
        description:
          'For how many polls or seconds the status and document calls go on showing the present state, whatever happens meanwhile. Our own API (`/v1`) tells the truth.',
        examples: [{ polls: 3 }],
      },
    ),
  },
  { additionalProperties: false },
);

const TestSessionClockRequest = Type.Union([Advance, Hold]);

/** Body of `/test/sessions/{session_id}/clock`. */
export type TestSessionClockRequest = Static<typeof TestSessionClockRequest>;

const TestSessionClockResponse = Type.Object({
  ...testSessionId,
  status: Type.Enum([...sessionStatuses], { description: 'Where it stands now.', examples: ['succeeded'] }),
});

/** Answer of `/test/sessions/{session_id}/clock`. */
export type TestSessionClockResponse = Static<typeof TestSessionClockResponse>;

/** `POST /test/sessions/{session_id}/clock`: the time of one test session. */
export const testSessionClock = {
  method: 'POST',
  path: '/test/sessions/{session_id}/clock',
  family: 'test',
  summary: 'Move the clock of one test session to an end, or hold its status for a while.',
  description: 'Send either `advance` or `hold`.',
  credentials: 'key_and_token',
  params: TestSessionParams,
  body: TestSessionClockRequest,
  example: { advance: 'link' },
  response: TestSessionClockResponse,
  responseExample: { session_id: '0454f149-26d0-41ef-9f14-c54f4b5f7b70', status: 'expired' },
  errors: testSessionErrors,
  errorFormat: 'problem',
} as const satisfies Endpoint;
