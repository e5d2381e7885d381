import Type, { type Static } from 'typebox';
import type { ErrorCode } from './errors.ts';

/** Media type of a problem (RFC 9457 §3). */
export const problemMediaType = 'application/problem+json';

/**
 * An error of our own API, as RFC 9457 writes it. The vendor's routes never answer one.
 *
 * @example
 * { "type": "urn:tijori:error:session_not_found", "title": "Session not found", "status": 404,
 *   "code": "session_not_found", "transaction_id": "5ccad959-0bf4-4472-a3dd-d57e2b61b5a9" }
 */
export const Problem = Type.Object({
  /** `urn:tijori:error:` and the code: a name, not an address. */
  type: Type.String(),
  /** The catalogue's text for the code. */
  title: Type.String(),
  /** The HTTP status once more. */
  status: Type.Integer(),
  /** The catalogue's code, as in the header `x-error-code`. */
  code: Type.String(),
  /** Version-4 UUID of this request. */
  transaction_id: Type.String(),
  /** Which fields of the body or the query are wrong, and how; never what stood in them. */
  errors: Type.Optional(
    Type.Array(
      Type.Object({
        pointer: Type.String({
          description: 'The field as a JSON pointer (RFC 6901); for a query, its name behind a slash.',
          examples: ['/documents/0/type'],
        }),
        message: Type.String({
          description: 'What is wrong with it, in plain words.',
          examples: ['must be equal to one of the allowed values'],
        }),
      }),
    ),
  ),
});
export type Problem = Static<typeof Problem>;

/** The `type` of a problem. */
export function problemType(code: ErrorCode): string {
  return `urn:tijori:error:${code}`;
}
