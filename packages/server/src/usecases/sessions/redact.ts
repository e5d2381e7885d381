import type { Caller } from '../../domain/api-key.ts';
import { AppError } from '../../domain/app-error.ts';
import { eventIdFrom } from '../../domain/event.ts';
import { isEnd, type Session } from '../../domain/session.ts';
import type { Statement } from '../../storage/db.ts';
import { revokeSoon } from '../consent/revoke.ts';
import type { Deps } from '../deps.ts';
import { erasure, removeFiles } from '../documents/erase.ts';
import { ownSession } from './status.ts';

/** Most lines of a timeline that are looked at for moments at which integrators were told something. */
const entriesMax = 5_000;
/** Ids of events can run ahead of their moment by so much where many come at once, or a clock was set back, ms. */
const aheadMs = 1_000;

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
  alongside: (session: Session) => readonly Statement[] = () => [],
  triesLeft = triesMax,
): Promise<Session> {
  const { stores } = deps;
  const session = await ownSession(deps, caller, id);
  if (session.redactedAtMs !== null) return keptAlongside(deps, session, alongside);
  if (!isEnd(session.status)) throw new AppError('session_open');
  const atMs = deps.now();
  const documents = await stores.documents.ofSession(id);
  const redacted = redactedAt(session, atMs);
  const outcome = await stores.commit([
    stores.sessions.redaction(id, atMs),
    ...erasure(deps, session, documents, { reason: 'redaction', atMs }),
    stores.documents.redactionOfSession(id),
    stores.consents.partiesRemoval(id),
    ...(await stores.idempotentAnswers.keysOfSession(session)).map(stores.idempotentAnswers.removalOf),
    ...(await removalOfEndpointAnswers(deps, session)),
    stores.audit.insertion(session, { atMs, actor: 'integrator', action: 'session.redacted' }),
    ...alongside(redacted),
  ]);
  if (outcome === 'conflict') {
    // Somebody else has redacted it, a document has come, or another request is about to answer for the same key.
    if (triesLeft <= 1) throw new AppError('idempotency_in_progress');
    return redactSession(deps, caller, id, alongside, triesLeft - 1);
  }
  revokeSoon(deps, id);
  await removeFiles(deps, documents);
  return redacted;
}

async function keptAlongside(
  { stores }: Deps,
  session: Session,
  alongside: (session: Session) => readonly Statement[],
): Promise<Session> {
  const changes = alongside(session);
  if (changes.length > 0) await stores.commit(changes);
  return session;
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

/**
 * What webhook endpoints answered to the session's events. The events are found by the moments of its timeline, since every
 * one is written together with a line of it.
 */
async function removalOfEndpointAnswers({ stores }: Deps, session: Session): Promise<Statement[]> {
  const entries = await stores.audit.ofSession(session, entriesMax);
  const events = new Set<string>();
  for (const atMs of new Set(entries.map((entry) => entry.atMs))) {
    const stretch = { after: eventIdFrom(atMs), before: eventIdFrom(atMs + aheadMs) };
    for (const event of await stores.events.idsOfSession(session, stretch)) events.add(event);
  }
  const deliveries = await Promise.all([...events].map((event) => stores.webhookDeliveries.ofEvent(session, event)));
  return deliveries
    .flat()
    .filter(({ sealedAnswers }) => sealedAnswers !== null)
    .map(stores.webhookDeliveries.answersRemoval);
}
