import { AppError } from '../domain/app-error.ts';

/** Why an upstream said no: what a use case needs in order to tell "ask for consent again" from "try elsewhere". */
export interface Refusal {
  /** HTTP status; 200 for an answer that was refused by us. */
  status: number;
  /** Error code of the upstream, only if it is one of the published ones (entitylocker-upstream §1.3, §2). */
  error?: string;
}

/** The refusal inside an `upstream_refused` that came from an answer: it is the error's `cause`. */
export function refusalOf(error: unknown): Refusal | undefined {
  if (!(error instanceof AppError) || error.code !== 'upstream_refused') return undefined;
  const { cause } = error;
  if (typeof cause !== 'object' || cause === null || !('status' in cause) || typeof cause.status !== 'number') {
    return undefined;
  }
  const refusal: Refusal = { status: cause.status };
  if ('error' in cause && typeof cause.error === 'string') refusal.error = cause.error;
  return refusal;
}

/**
 * Of a failed `user`, `entity`, `issuedDocuments` or `fetchDocument`: the consent or its token is at an end, as after a
 * withdrawal (entitylocker-upstream §9 no. 11). The session must be marked, not tried again.
 */
export function consentEnded(error: unknown): boolean {
  const refusal = refusalOf(error);
  return refusal?.status === 401 || refusal?.error === 'invalid_token' || refusal?.error === 'token_revoked';
}
