import Type, { type Static } from 'typebox';
import { envelopeFields, exampleSuccess } from '../envelope.ts';
import type { Endpoint } from './endpoint.ts';

/** Looks like a token and is none. */
const exampleToken = 'eyJ0eXAiOiJKV1QiLCJhbGciOiJIUzI1NiJ9.eyJ3b3Jrc3BhY2VfaWQiOiJtYWRlLXVwIn0.made-up';

const AccessToken = Type.String({
  description:
    'Access token: a signed JWT, good for 24 hours, to be sent as it is in the header `authorization`. `exp` in it is in seconds since the epoch.',
  examples: [exampleToken],
});

const AuthenticateResponse = Type.Object({
  ...envelopeFields,
  data: Type.Object({ access_token: AccessToken }, { description: 'The token.' }),
  access_token: Type.String({
    description: 'The token once more, where older clients look for it.',
    examples: [exampleToken],
  }),
});

/** Answer of `/authenticate`. The token stands twice, because public clients read either place (sandbox-api §1.14). */
export type AuthenticateResponse = Static<typeof AuthenticateResponse>;

/**
 * `POST /authenticate`: key and secret in headers for a 24-hour access token (sandbox-api §1.14).
 * Clients send no body, `{}` or an empty form; all are taken and none is read.
 */
export const authenticate = {
  method: 'POST',
  path: '/authenticate',
  family: 'auth',
  summary: 'Exchange an API key and its secret for an access token of 24 hours.',
  description: 'Whatever body is sent is not read.',
  credentials: 'key_and_secret',
  response: AuthenticateResponse,
  responseExample: { ...exampleSuccess({ access_token: exampleToken }), access_token: exampleToken },
  errors: ['unauthorized'],
} as const satisfies Endpoint;
