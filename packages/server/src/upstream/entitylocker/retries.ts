import { setTimeout as wait } from 'node:timers/promises';
import { AppError } from '../../domain/app-error.ts';
import { answerBehind } from '../refusal.ts';
import type { Call } from './guards.ts';

/** Second and third tries of one call. */
const retriesMax = 2;
/** First wait before a retry where the upstream names none, ms; it doubles. */
const firstWaitMs = 200;
/** Longest `Retry-After` that is waited for inside a call, ms: a person's browser may be waiting, too. */
const waitMsMax = 3_000;
/** Retries that may be spent at once … */
const budgetMax = 20;
/** … and what each first try gives back: over time at most one retry for five calls (acceptance H3). */
const budgetPerCall = 0.2;

/**
 * Asks again when a GET was answered with "not now" (429, 5xx, the issuer is down), within the call's own deadline. A
 * call without an answer is not repeated: its time is spent. A POST is never repeated (acceptance H4). A budget keeps a
 * dead upstream from being asked three times as much by all of us together.
 */
export function withRetries(call: Call, deadlineMs: number): Call {
  let budget = budgetMax;
  return async (request) => {
    budget = Math.min(budgetMax, budget + budgetPerCall);
    const deadline = request.deadline ?? AbortSignal.timeout(deadlineMs);
    let answered: unknown;
    for (let tried = 0; ; tried += 1) {
      try {
        return await call({ ...request, deadline });
      } catch (error) {
        // An answer that there was says more than that a retry of it came too late.
        if (answered !== undefined && deadline.aborted) throw answered;
        answered = error;
        const waitMs = waitBefore(error, tried);
        if (request.method !== 'GET' || waitMs === undefined || budget < 1) throw error;
        budget -= 1;
        await wait(waitMs, undefined, { signal: deadline }).catch(() => {
          throw error;
        });
      }
    }
  };
}

function waitBefore(error: unknown, tried: number): number | undefined {
  if (tried >= retriesMax || !(error instanceof AppError) || !error.entry.retryable) return undefined;
  const answer = answerBehind(error);
  if (!answer) return undefined;
  // Between half and all of it, so that many that failed together do not come back together.
  const waitMs = answer.retryAfterMs ?? firstWaitMs * 2 ** tried * (0.5 + Math.random() / 2);
  return waitMs <= waitMsMax ? waitMs : undefined;
}
