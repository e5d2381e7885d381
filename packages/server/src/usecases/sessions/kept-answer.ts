import type { Session } from '../../domain/session.ts';
import type { Statement } from '../../storage/db.ts';
import type { Deps } from '../deps.ts';

/** What keeps the answer that shows a session so; nothing for a request without an `Idempotency-Key`. */
export type AnswerOf = (session: Session) => readonly Statement[];

/**
 * The same for a session that was there before. Its answer shows what a redaction takes, so that only one of the two can be
 * committed after the other has looked.
 */
export function answerAbout({ stores }: Pick<Deps, 'stores'>, answerOf: AnswerOf): AnswerOf {
  return (session) => {
    const changes = answerOf(session);
    return changes.length === 0 ? [] : [...changes, stores.sessions.answerKept(session)];
  };
}

/** Keeps an answer where nothing is left to do. `false`: the session was redacted meanwhile, and has to be read anew. */
export async function keepAnswer(deps: Pick<Deps, 'stores'>, session: Session, answerOf: AnswerOf): Promise<boolean> {
  const changes = answerOf(session);
  if (changes.length === 0 || (await deps.stores.commit(changes)) === 'committed') return true;
  return (await deps.stores.sessions.find(session.id))?.redactedAtMs === session.redactedAtMs;
}
