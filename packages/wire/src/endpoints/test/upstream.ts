import Type, { type Static } from 'typebox';
import type { Endpoint } from '../endpoint.ts';

/** Calls whose answers can be changed. */
export const upstreamCalls = ['authorize', 'token', 'user', 'entity_details', 'issued', 'file', 'xml'] as const;

/** Most times that one queued answer is given. */
export const queuedTimesMax = 1000;

const disturbances = ['delay', 'silence', 'reset'] as const;

/** What clients of EntityLocker look at, and inventions; never what says how long an answer is. */
const HeaderName = Type.String({
  pattern: '^(content-type|retry-after|www-authenticate|location|hmac|x-[a-z0-9-]{1,62})$',
});

const Answer = Type.Union(
  [
    Type.Object(
      {
        kind: Type.Literal('answer', { description: 'An answer of your own.', examples: ['answer'] }),
        status: Type.Integer({ minimum: 200, maximum: 599, description: 'HTTP status.', examples: [503] }),
        headers: Type.Optional(
          Type.Record(HeaderName, Type.String({ pattern: '^[ -~]*$', maxLength: 1024 }), {
            additionalProperties: false,
            description:
              'Further headers, names in lower case: those that clients look at, and any that begin with `x-`.',
            examples: [{ 'retry-after': '5' }],
          }),
        ),
        body: Type.Optional(
          Type.Unknown({ description: 'An object is sent as JSON, a text as it is.', examples: [{ error: 'busy' }] }),
        ),
      },
      { additionalProperties: false },
    ),
    Type.Object(
      {
        kind: Type.Enum([...disturbances], {
          description: 'A late answer, none at all, or a reset of the connection.',
          examples: ['reset'],
        }),
      },
      { additionalProperties: false },
    ),
  ],
  {
    description: 'What the call gets: an answer with an HTTP status, or a disturbance.',
    examples: [{ kind: 'reset' }],
  },
);

const TestUpstreamAnswersRequest = Type.Object(
  {
    point: Type.Optional(
      Type.Enum([...upstreamCalls], { description: 'Only for this call; left out: for any.', examples: ['token'] }),
    ),
    times: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: queuedTimesMax,
        description: 'For how many calls. Left out: one.',
        examples: [2],
      }),
    ),
    answer: Answer,
  },
  { additionalProperties: false },
);

/** Body of `POST /test/upstream/answers`. */
export type TestUpstreamAnswersRequest = Static<typeof TestUpstreamAnswersRequest>;

const Done = Type.Object({
  done: Type.Literal(true, { description: 'It is in force from now on.', examples: [true] }),
});

const errors = [
  'invalid_request_body',
  'invalid_access_token',
  'access_token_expired',
  'insufficient_privilege',
  'route_not_found',
  'upstream_unavailable',
] as const;

/** `POST /test/upstream/answers`: the next answers of the simulator to calls for this workspace go otherwise. */
export const testUpstreamAnswers = {
  method: 'POST',
  path: '/test/upstream/answers',
  family: 'test',
  summary: 'Queue the next answers of the simulated EntityLocker to calls for this workspace.',
  credentials: 'key_and_token',
  body: TestUpstreamAnswersRequest,
  example: { point: 'token', times: 2, answer: { kind: 'answer', status: 503, body: { error: 'busy' } } },
  response: Done,
  responseExample: { done: true },
  errors: [...errors, 'invalid_action'],
  errorFormat: 'problem',
} as const satisfies Endpoint;

/** `DELETE /test/upstream`: the simulator forgets this workspace: sign-ins, consents, queued answers. */
export const testUpstreamReset = {
  method: 'DELETE',
  path: '/test/upstream',
  family: 'test',
  summary: 'Forget everything that the simulated EntityLocker knows of this workspace, and all holds and walks.',
  credentials: 'key_and_token',
  response: Done,
  responseExample: { done: true },
  errors,
  errorFormat: 'problem',
} as const satisfies Endpoint;
