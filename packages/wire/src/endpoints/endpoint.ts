import type { TSchema } from 'typebox';
import type { ErrorCode } from '../errors.ts';

/** One operation of the API as data: routes, documentation and tests are derived from it. */
export interface Endpoint {
  method: 'GET' | 'POST';
  /** With `{name}` for each path parameter. */
  path: string;
  /** One line of plain words. */
  summary: string;
  /** Which credentials it wants: the key and its secret, or the key and an access token. */
  credentials: 'key_and_secret' | 'key_and_token';
  params?: TSchema;
  body?: TSchema;
  /** The whole 200 answer, envelope included. */
  response: TSchema;
  /** Codes that it can answer besides those of every operation (405, 413, 421, 429, 500, 503). */
  errors: readonly ErrorCode[];
}
