import Type, { type TSchema } from 'typebox';

/**
 * What every answer carries beside its data (sandbox-api §2.1).
 *
 * @example { "code": 200, "timestamp": 1750331120324, "transaction_id": "5ccad959-…", "data": { … } }
 */
export const envelopeFields = {
  /** The HTTP status once more. */
  code: Type.Integer(),
  /** When it was answered, ms since the epoch. */
  timestamp: Type.Integer(),
  /** Version-4 UUID of this request; strict clients accept only versions 1–5 (sandbox-api §8). */
  transaction_id: Type.String(),
};

/** A success: the envelope around `data`. */
export function success<Data extends TSchema>(data: Data) {
  return Type.Object({ ...envelopeFields, data });
}

/**
 * An error: `message` and no `data`, no machine-readable id (that travels in the header `x-error-code`).
 *
 * @example { "code": 400, "timestamp": 1750331120324, "message": "Invalid request body", "transaction_id": "…" }
 */
export const ErrorBody = Type.Object({ ...envelopeFields, message: Type.String() });
