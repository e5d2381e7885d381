import { AppError } from '../domain/app-error.ts';

/** Why an upstream said no: what a use case needs in order to tell "ask for consent again" from "try elsewhere". */
export interface Refusal {
  /** HTTP status; 200 for an answer that was refused by us. */
  status: number;
  /** Error code of the upstream, only if it is one of the published ones (entitylocker-upstream §1.3, §2). */
  error?: string;
  /** When the upstream said that it may be asked again, ms from now. */
  retryAfterMs?: number;
}

/** The answer inside an `upstream_refused` that came from one: it is the error's `cause`. */
export function refusalOf(error: unknown): Refusal | undefined {
  return error instanceof AppError && error.code === 'upstream_refused' ? answerBehind(error) : undefined;
}

/** The answer behind any upstream error, where there was one: a time-out has none. */
export function answerBehind({ cause }: AppError): Refusal | undefined {
  if (typeof cause !== 'object' || cause === null || !('status' in cause) || typeof cause.status !== 'number') {
    return undefined;
  }
  const refusal: Refusal = { status: cause.status };
  if ('error' in cause && typeof cause.error === 'string') refusal.error = cause.error;
  if ('retryAfterMs' in cause && typeof cause.retryAfterMs === 'number') refusal.retryAfterMs = cause.retryAfterMs;
  return refusal;
}

/** Errors that say it of the tokens themselves, with whatever status. */
const consentEnds: ReadonlySet<string> = new Set(['invalid_grant', 'invalid_token', 'token_revoked']);

/**
 * Of a failed `refresh`, `user`, `entity`, `issuedDocuments` or `fetchDocument`: the consent or its token is at an end, as after a
 * withdrawal (entitylocker-upstream §9 no. 11). The session must be marked, not tried again.
 *
 * A 401 alone says so, too (§1.3); one that names another error does not: who may not ask, as after a mistake in our own credentials
 * (RFC 6749 §5.2 answers that with 401), has learnt nothing of the person's consent.
 */
export function consentEnded(error: unknown): boolean {
  const refusal = refusalOf(error);
  if (!refusal) return false;
  return refusal.error === undefined ? refusal.status === 401 : consentEnds.has(refusal.error);
}
