import Type, { type Static } from 'typebox';
import { envelopeFields } from '../envelope.ts';
import type { Endpoint } from './endpoint.ts';

const AuthenticateResponse = Type.Object({
  ...envelopeFields,
  data: Type.Object({ access_token: Type.String() }),
  access_token: Type.String(),
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
  credentials: 'key_and_secret',
  response: AuthenticateResponse,
  errors: ['unauthorized'],
} as const satisfies Endpoint;
