import { type ErrorCode, errorCatalogue } from '../errors.ts';
import type { Endpoint } from './endpoint.ts';

/** What any operation can answer before it has begun its own work, or instead of ending it. */
export const errorsOfEveryOperation = [
  'malformed_request',
  'request_timeout',
  'headers_too_large',
  'invalid_request_body',
  'route_not_found',
  'method_not_allowed',
  'body_too_large',
  'wrong_host',
  'rate_limited',
  'internal',
  'overloaded',
  'shutting_down',
  'storage_unavailable',
] as const satisfies readonly ErrorCode[];

/** What an operation that takes an `Idempotency-Key` can answer because of it. */
export const errorsOfIdempotency: readonly ErrorCode[] = errorCodes().filter((code) => code.includes('idempotency'));

/**
 * Every code that an operation can answer, in the order of statuses.
 *
 * @example errorsOf(authenticate) // ['invalid_request_body', 'unauthorized', 'route_not_found', …]
 */
export function errorsOf(endpoint: Endpoint): ErrorCode[] {
  const possible = new Set<ErrorCode>([
    ...errorsOfEveryOperation,
    ...(endpoint.idempotent ? errorsOfIdempotency : []),
    ...endpoint.errors,
  ]);
  return errorCodes().filter((code) => possible.has(code));
}

/** The whole catalogue in the order of statuses. */
export function errorCodes(): ErrorCode[] {
  const all = Object.keys(errorCatalogue) as ErrorCode[];
  return all.sort((left, right) => errorCatalogue[left].status - errorCatalogue[right].status);
}
