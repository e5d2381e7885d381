import { AppError } from '../../domain/app-error.ts';
import type { ErasedFacts } from '../../domain/consent-record.ts';
import { type Document, endOfHeld } from '../../domain/document.ts';
import type { Session } from '../../domain/session.ts';
import type { Statement } from '../../storage/db.ts';
import type { BlobEntry } from '../../vault/blobs.ts';
import { releaseGrant } from '../consent/revoke.ts';
import type { Deps } from '../deps.ts';
import { recordOfSession } from '../events/record.ts';
import { standingOf } from './leftovers.ts';

interface Erasure {
  reason: ErasedFacts['reason'];
  atMs: number;
}

/**
 * What belongs into a commit that erases what a session held: wrapped keys go with it, and with them the documents; tokens
 * are let go. The consent record keeps the proof. The files go right after it, by `removeFiles`; a crash in between leaves
 * files that nothing can open any more, and `orphanSearch` takes them. The commit conflicts if one of them has come or gone since.
 */
export function erasure(
  deps: Deps,
  session: Session,
  documents: readonly Document[],
  { reason, atMs }: Erasure,
): Statement[] {
  const there = documents.filter(({ state }) => state !== 'erased');
  return [
    ...releaseGrant(deps, session, atMs),
    ...erasuresOf(deps, session, there),
    ...proofOfErasure(deps, session, there, { reason, atMs }),
    ...there
      .filter(({ state }) => state === 'pending')
      .flatMap(({ id, docType, lastFailure }) =>
        recordOfSession(deps, session, {
          type: 'entitylocker.document.failed',
          atMs,
          details: { document: { id, type: docType, code: lastFailure ?? 'consent_ended' } },
        }),
      ),
  ];
}

/** One statement for each state that they were read in. */
function erasuresOf({ stores }: Deps, { id }: Session, documents: readonly Document[]): Statement[] {
  const byState = Map.groupBy(documents, ({ state }) => state);
  return [...byState].map(([state, { length: count }]) => stores.documents.erasureOf(id, { state, count }));
}

/** That documents are gone, for the record, the timeline and the integrator. */
function proofOfErasure(
  deps: Deps,
  session: Session,
  documents: readonly Document[],
  { reason, atMs }: Erasure,
): Statement[] {
  if (documents.length === 0) return [];
  const proof: ErasedFacts = {
    reason,
    documents: documents.map(({ id, docType, held }) => ({ id, type: docType, sha256: held?.sha256 ?? null })),
  };
  return [
    deps.stores.consents.insertion(session, { kind: 'erased', atMs, facts: proof }),
    deps.stores.audit.insertion(session, { atMs, actor: 'system', action: 'documents.erased', detail: reason }),
    ...documents
      .filter(({ state }) => state === 'held')
      .flatMap(({ id, docType }) =>
        recordOfSession(deps, session, {
          type: 'entitylocker.document.erased',
          atMs,
          details: { document: { id, type: docType } },
        }),
      ),
  ];
}

/**
 * The sealed bytes of documents whose keys are gone. What the vault will not remove now is an orphan, which the search takes later; one that does
 * not answer takes its time for each file, so it is asked for no other.
 */
export async function removeFiles({ blobs, log }: Pick<Deps, 'blobs' | 'log'>, documents: readonly Document[]) {
  const names = documents.flatMap(({ held }) => (held ? [held.blob] : []));
  const faults: AppError[] = [];
  let isThere = true;
  for (let at = 0; at < names.length && isThere; at += 1) {
    await blobs.remove(names[at] as string).catch((cause: unknown) => {
      const fault = cause instanceof AppError ? cause : new AppError('internal', { cause });
      faults.push(fault);
      isThere = fault.code !== 'storage_unavailable';
    });
  }
  const [first] = faults;
  if (!first) return;
  const { code, detail } = first;
  log.warn({ refused: faults.length, files: names.length, code, detail }, 'files of erased documents stay for now');
}

/**
 * Erases what a session has held for long enough. Where something that came late has its time before it, that stays; where something is still
 * to come and the consent stands, the tokens stay for it. On a conflict nothing is done, and the clockwork comes again.
 */
export async function eraseDocuments(deps: Deps, session: Session): Promise<void> {
  await removeFiles(deps, await eraseKeys(deps, session));
}

/** Resolves to the documents whose files may go. */
async function eraseKeys(deps: Deps, session: Session): Promise<readonly Document[]> {
  const { stores } = deps;
  const atMs = deps.now();
  const documents = await stores.documents.ofSession(session.id);
  const stands = session.consentEndedAtMs === null && atMs < (session.consentValidUntilMs ?? 0);
  const later = stands ? documents.flatMap(({ state, held }) => laterEnd(session, { state, held, atMs })) : [];
  const due = documents.filter(({ state, held }) => state === 'held' && held && endOfHeld(held, session) <= atMs);
  const outcome = await stores.commit(
    later.length > 0
      ? dueErasure(deps, session, { documents, due, atMs, untilMs: Math.min(...later) })
      : [
          stores.sessions.erasure(session.id, atMs),
          ...erasure(deps, session, documents, { reason: 'retention', atMs }),
        ],
  );
  if (outcome === 'conflict') return [];
  return later.length > 0 ? due : documents;
}

/** When this document is to be looked at again, if at all: what is still to come, at the end of the consent. */
function laterEnd(
  session: Session,
  { state, held, atMs }: Pick<Document, 'state' | 'held'> & { atMs: number },
): number[] {
  if (state === 'pending') return [session.consentValidUntilMs ?? 0];
  const endMs = state === 'held' && held ? endOfHeld(held, session) : 0;
  return endMs > atMs ? [endMs] : [];
}

/** What is due goes, the profiles with it; the rest, which is to be looked at again, stays. */
function dueErasure(
  deps: Deps,
  session: Session,
  {
    documents,
    due,
    atMs,
    untilMs,
  }: { documents: readonly Document[]; due: readonly Document[]; atMs: number; untilMs: number },
): Statement[] {
  const { stores } = deps;
  const isWaiting = documents.some(({ state }) => state === 'pending');
  return [
    stores.sessions.holdingUntil(session, untilMs),
    ...(due.length > 0
      ? [stores.documents.erasureOf(session.id, { state: 'held', count: due.length, keptUntilMs: atMs })]
      : []),
    ...(isWaiting ? [stores.secrets.profileRemoval(session.id)] : releaseGrant(deps, session, atMs)),
    ...proofOfErasure(deps, session, due, { reason: 'retention', atMs }),
  ];
}

/**
 * Erases up to `limit` sessions whose documents were kept long enough: all keys first, since the vault may be slow. Resolves to how many there were;
 * where one of them could not be erased, it rejects once all others are.
 */
export async function erasePastRetention(deps: Deps, limit: number): Promise<number> {
  const sessions = await deps.stores.sessions.pastRetention(deps.now(), limit);
  await eraseEach(deps, sessions, (session) => eraseKeys(deps, session));
  return sessions.length;
}

/**
 * For each session what destroys keys, then, together, the files of the documents that it resolves to. One that fails holds up no other: its fault
 * is what this rejects with at the end.
 */
export async function eraseEach(
  deps: Deps,
  sessions: readonly Session[],
  eraseKeysOf: (session: Session) => Promise<readonly Document[]>,
): Promise<void> {
  const gone: Document[] = [];
  const faults: unknown[] = [];
  for (const session of sessions) {
    await eraseKeysOf(session).then(
      (documents) => {
        gone.push(...documents);
      },
      (fault: unknown) => faults.push(fault),
    );
  }
  await removeFiles(deps, gone);
  if (faults.length > 0) throw faults[0];
}

const strangersTold =
  'the vault has files of documents that this database does not know: they stay; is it the right database?';

/**
 * Goes through the vault for files that no document wants any more, stretch by stretch: there may be millions, with a look-up for each. Those of
 * documents that this database does not know stay, and the log has their number.
 */
export function orphanSearch(deps: Deps) {
  let files: AsyncIterator<BlobEntry> | undefined;
  let strangers = 0;
  const isOrphan = async (file: BlobEntry) => {
    const standing = await standingOf(deps, file);
    if (standing === 'stranger') strangers += 1;
    return standing === 'leftover';
  };
  return {
    /** Whether it has begun with the vault and is not at its end. */
    isUnderway: () => files !== undefined,
    /**
     * Begins, or goes on where the last stretch ended, as long as `mayGoOn` says so; removes what it finds. Resolves to how many these were; where one
     * of them could not be removed, it rejects at the end of the stretch. After any other fault it begins anew.
     */
    async goOn(mayGoOn: () => boolean): Promise<number> {
      let removed = 0;
      const faults: unknown[] = [];
      if (!files) strangers = 0;
      const listed = files ?? deps.blobs.list()[Symbol.asyncIterator]();
      files = undefined;
      let isAtEnd = false;
      while (!isAtEnd && mayGoOn()) {
        const { done, value } = await listed.next();
        isAtEnd = done === true;
        if (done || !(await isOrphan(value))) continue;
        await deps.blobs.remove(value.name).then(
          () => {
            removed += 1;
          },
          (fault: unknown) => faults.push(fault),
        );
      }
      if (!isAtEnd) files = listed;
      else if (strangers > 0) deps.log.warn({ files: strangers }, strangersTold);
      if (faults.length > 0) throw faults[0];
      return removed;
    },
  };
}
