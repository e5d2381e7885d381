import Type, { type Static } from 'typebox';
import type { ErrorCode } from './errors.ts';

/** Media type of a problem (RFC 9457 §3). */
export const problemMediaType = 'application/problem+json';

const FieldFault = Type.Object({
  pointer: Type.String({
    description: 'The field as a JSON pointer (RFC 6901); for a query, its name behind a slash.',
    examples: ['/documents/0/type'],
  }),
  message: Type.String({
    description: 'What is wrong with it, in plain words.',
    examples: ['must be equal to one of the allowed values'],
  }),
});

/**
 * An error of our own API, as RFC 9457 writes it. The vendor's routes never answer one.
 *
 * @example
 * { "type": "urn:tijori:error:session_not_found", "title": "Session not found", "status": 404,
 *   "code": "session_not_found", "transaction_id": "5ccad959-0bf4-4472-a3dd-d57e2b61b5a9" }
 */
export const Problem = Type.Object(
  {
    type: Type.String({
      description: '`urn:tijori:error:` and the code: a name, not an address.',
      examples: ['urn:tijori:error:session_not_found'],
    }),
    title: Type.String({ description: "The catalogue's text for the code.", examples: ['Session not found'] }),
    status: Type.Integer({ description: 'HTTP status code of this answer, once more.', examples: [404] }),
    code: Type.String({
      description: "The catalogue's code, as in the header `x-error-code`.",
      examples: ['session_not_found'],
    }),
    transaction_id: Type.String({
      description: 'Name of this request in the log of the server: a version-4 UUID.',
      examples: ['6a5c2c1e-9d0f-4a7b-8f3e-2b1d4c6e8f90'],
    }),
    errors: Type.Optional(
      Type.Array(FieldFault, {
        description: 'Which fields of the body or the query are wrong, and how; never what stood in them.',
        examples: [[{ pointer: '/documents/0/type', message: 'must be equal to one of the allowed values' }]],
      }),
    ),
  },
  { title: 'Problem', description: 'An error of our own API, as RFC 9457 writes it.' },
);
export type Problem = Static<typeof Problem>;

/** The `type` of a problem. */
export function problemType(code: ErrorCode): string {
  return `urn:tijori:error:${code}`;
}
