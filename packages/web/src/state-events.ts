import type { EntityLockerEvent, Outcome } from './events.ts';
import type { frameToPage, MessageOf } from './page-messages.ts';

export type FrameState = Extract<MessageOf<typeof frameToPage>, { type: 'tijori.state' }>;

/** Reasons of a failed session that are the person's own answer. */
const ownAnswers = ['consent_denied', 'nothing_consented'];

/** What a state says that the one before it did not: its events, and the outcome if it is an end. Pure. */
export function tellApart(
  sessionId: string,
  before: FrameState | undefined,
  now: FrameState,
): { events: EntityLockerEvent[]; outcome: Outcome | undefined } {
  const events: EntityLockerEvent[] = [];
  if (!before) events.push({ type: 'ready', sessionId });
  if (before?.step !== now.step) events.push({ type: 'step', step: now.step, sessionId });
  if (now.error && now.error !== before?.error) {
    events.push({ type: 'error', code: now.error, final: false, sessionId });
  }
  const { status, reason, consented } = now;
  let result: Outcome['result'] | undefined;
  if (status === 'succeeded') {
    const missing = now.requested.filter((docType) => !consented.includes(docType));
    events.push(
      missing.length > 0
        ? { type: 'consent_partial', consented, missing, sessionId }
        : { type: 'consent_granted', consented, sessionId },
      { type: 'completed', consented, sessionId },
    );
    result = 'completed';
  } else if (status === 'expired') {
    events.push({ type: 'expired', sessionId });
    result = 'expired';
  } else if (status === 'failed' && ownAnswers.includes(reason)) {
    events.push({ type: 'consent_denied', code: reason, sessionId });
    result = 'denied';
  } else if (status === 'failed') {
    const cancelled = reason === 'session_cancelled';
    events.push(cancelled ? { type: 'cancelled', sessionId } : { type: 'error', code: reason, final: true, sessionId });
    result = cancelled ? 'cancelled' : 'failed';
  }
  return { events, outcome: result && { sessionId, result, consented } };
}
