import type { TSchema } from 'typebox';
import type { ErrorCode } from '../errors.ts';

/**
 * What an operation wants to see:
 * - `key_and_secret`: headers `x-api-key` and `x-api-secret`;
 * - `key_and_token`: `x-api-key` and the access token of that key in `authorization`;
 * - `key`: `x-api-key` alone, as a page has it;
 * - `key_and_sdk_token`: `x-api-key` and the SDK token of one session and browser in `authorization`;
 * - `none`: nothing, or a signature in the address itself.
 */
export type Credentials = 'key_and_secret' | 'key_and_token' | 'key' | 'key_and_sdk_token' | 'none';

/** A chapter of the documentation, and the rules that its operations share. */
export type EndpointFamily = 'auth' | 'entitylocker_sdk' | 'entitylocker_api' | 'browser' | 'tijori' | 'test';

/** One operation of the API as data: routes, documentation and tests are derived from it. */
export interface Endpoint {
  method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  /** With `{name}` for each path parameter. */
  path: string;
  family: EndpointFamily;
  /** One line of plain words. */
  summary: string;
  /** What a caller has to know beyond the summary, in plain words. */
  description?: string;
  credentials: Credentials;
  params?: TSchema;
  query?: TSchema;
  /** Request headers beyond the credentials; names in lower case. */
  headers?: TSchema;
  body?: TSchema;
  /** A request body as a caller would send it. */
  example?: unknown;
  /** 200 unless said otherwise. */
  status?: 200 | 201;
  /** The whole success answer, envelope included. */
  response: TSchema;
  /** Headers of the success answer beyond those of every answer; names in lower case. */
  responseHeaders?: TSchema;
  /** An answer as a caller would get it. */
  responseExample?: unknown;
  /** Codes that it can answer besides those of every operation (400 of framing, 405, 413, 421, 429, 500, 503): see `errorsOf`. */
  errors: readonly ErrorCode[];
  /** How errors are written: in the vendor's envelope, or as RFC 9457 problems, which only our own API has. */
  errorFormat?: 'envelope' | 'problem';
  /** Whether a POST takes an `Idempotency-Key`. Never one whose answer holds a secret. */
  idempotent?: boolean;
}
