import Type, { type TSchema } from 'typebox';

/**
 * What every answer carries beside its data (sandbox-api §2.1).
 *
 * @example { "code": 200, "timestamp": 1763800000000, "transaction_id": "6a5c2c1e-…", "data": { … } }
 */
export const envelopeFields = {
  code: Type.Integer({ description: 'HTTP status code of this answer, once more.', examples: [200] }),
  timestamp: Type.Integer({
    description: 'When it was answered, in ms since the epoch.',
    examples: [1763800000000],
  }),
  /** Strict clients accept only the UUID versions 1–5 (sandbox-api §8). */
  transaction_id: Type.String({
    description: 'Name of this request in the log of the server: a version-4 UUID. Quote it when you report a problem.',
    examples: ['6a5c2c1e-9d0f-4a7b-8f3e-2b1d4c6e8f90'],
  }),
};

/** A success: the envelope around `data`. */
export function success<Data extends TSchema>(data: Data) {
  return Type.Object({ ...envelopeFields, data });
}

/**
 * An error: `message` and no `data`, no machine-readable id (that travels in the header `x-error-code`).
 *
 * @example { "code": 400, "timestamp": 1763800000000, "message": "Invalid request body", "transaction_id": "…" }
 */
export const ErrorBody = Type.Object(
  {
    ...envelopeFields,
    code: Type.Integer({ description: 'HTTP status code of this answer, once more.', examples: [400] }),
    message: Type.String({
      description:
        'What is wrong, in one line for people. Programs branch on the status or on the header `x-error-code`.',
      examples: ['Invalid request body'],
    }),
  },
  { title: 'Error', description: "An error in the vendor's envelope: no `data`, and no machine-readable code." },
);

/** A success as documentation shows it: `data` in an envelope whose values are made up. */
export function exampleSuccess<Data>(data: Data) {
  return { code: 200, timestamp: 1763800000000, transaction_id: '6a5c2c1e-9d0f-4a7b-8f3e-2b1d4c6e8f90', data };
}
