import type { Caller } from '../../domain/api-key.ts';
import { AppError } from '../../domain/app-error.ts';
import { isEnd, type Session } from '../../domain/session.ts';
import type { Deps } from '../deps.ts';
import { failJourney } from '../journey/fail.ts';
import { type AnswerOf, answerAbout, keepAnswer } from './kept-answer.ts';
import { ownSession } from './status.ts';

/** The person can be faster than a cancellation at each of their steps; a session has no more of them. */
const triesMax = 8;

/**
 * Ends an open session. The person may be taking a step at this very moment: whoever commits first counts, and the
 * other finds the session moved on. Once this has resolved, nothing that comes back from EntityLocker is kept.
 * Rejects with `session_ended` for one that had another end.
 */
export async function cancelSession(
  deps: Deps,
  caller: Caller,
  id: string,
  answerOf: AnswerOf = () => [],
): Promise<Session> {
  const alongside = answerAbout(deps, answerOf);
  for (let tries = 0; tries < triesMax; tries += 1) {
    const session = await ownSession(deps, caller, id);
    if (session.statusReason === 'session_cancelled') {
      if (await keepAnswer(deps, session, alongside)) return session;
      continue;
    }
    if (isEnd(session.status)) throw new AppError('session_ended');
    const ended = await failJourney(deps, session, 'session_cancelled', { actor: 'integrator', alongside });
    if (ended) return ended;
  }
  throw new AppError('internal', { detail: 'a session moved on at each attempt to cancel it' });
}
