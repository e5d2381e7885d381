import type { Caller } from '../../domain/api-key.ts';
import { AppError } from '../../domain/app-error.ts';
import { isEnd, type Session } from '../../domain/session.ts';
import type { Statement } from '../../storage/db.ts';
import { revokeSoon } from '../consent/revoke.ts';
import type { Deps } from '../deps.ts';
import { erasure, removeFiles } from '../documents/erase.ts';
import { eventIdsOfSession } from '../events/of-session.ts';
import { type AnswerOf, answerAbout, keepAnswer } from './kept-answer.ts';
import { ownSession } from './status.ts';

/** The session can move on at each try, but has only so many documents on their way. */
const triesMax = 3;

/**
 * Takes what is personal out of an ended session: documents, profiles, who consented for whom, what EntityLocker wrote about
 * each document, what the integrator wrote into the session, kept answers. What stays is the shell: types, times, statuses,
 * verdicts, digests, the consent record and the timeline. Once more changes nothing.
 *
 * Rejects with `session_open` for a session without an end.
 */
export async function redactSession(
  deps: Deps,
  caller: Caller,
  id: string,
  answerOf: AnswerOf = () => [],
  triesLeft = triesMax,
): Promise<Session> {
  const { stores } = deps;
  const alongside = answerAbout(deps, answerOf);
  const session = await ownSession(deps, caller, id);
  if (session.redactedAtMs !== null) {
    await keepAnswer(deps, session, alongside);
    return session;
  }
  if (!isEnd(session.status)) throw new AppError('session_open');
  const atMs = deps.now();
  const documents = await stores.documents.ofSession(id);
  // Counted before they are looked for, so that none can be kept unseen.
  const answersKept = await stores.idempotentAnswers.countOfSession(id);
  const redacted = redactedAt(session, atMs);
  const outcome = await stores.commit([
    stores.sessions.redaction(id, { atMs, answersKept }),
    ...erasure(deps, session, documents, { reason: 'redaction', atMs }),
    stores.documents.redactionOfSession(id),
    stores.consents.partiesRemoval(id),
    ...(await stores.idempotentAnswers.keysOfSession(session)).map(stores.idempotentAnswers.removalOf),
    ...(await removalOfEndpointAnswers(deps, session)),
    stores.audit.insertion(session, { atMs, actor: 'integrator', action: 'session.redacted' }),
    ...alongside(redacted),
  ]);
  if (outcome === 'conflict') {
    // Somebody else has redacted it, a document has come, another answer about it was kept, or one is about to be for the same key.
    if (triesLeft <= 1) throw new AppError('idempotency_in_progress');
    return redactSession(deps, caller, id, answerOf, triesLeft - 1);
  }
  revokeSoon(deps, id);
  await removeFiles(deps, documents);
  return redacted;
}

function redactedAt(session: Session, atMs: number): Session {
  const { documentsExpireAtMs } = session;
  return {
    ...session,
    redactedAtMs: atMs,
    reference: null,
    metadata: null,
    returnUrl: null,
    expectedEntity: null,
    documentsExpireAtMs: documentsExpireAtMs === null ? null : Math.min(documentsExpireAtMs, atMs),
  };
}

/** What webhook endpoints answered to the session's events, or answer until this is committed. */
async function removalOfEndpointAnswers({ stores }: Deps, session: Session): Promise<Statement[]> {
  const events = await eventIdsOfSession(stores, session);
  const deliveries = await Promise.all(events.map((event) => stores.webhookDeliveries.ofEvent(session, event)));
  return deliveries.flat().map(stores.webhookDeliveries.answersRemoval);
}
