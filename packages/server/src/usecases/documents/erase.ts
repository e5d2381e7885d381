import type { Session } from '../../domain/session.ts';
import { releaseGrant } from '../consent/revoke.ts';
import type { Deps } from '../deps.ts';
import { recordOfSession } from '../events/record.ts';

/**
 * Erases what a session held: wrapped keys with the commit, the files right after it; tokens are let go. A crash in between
 * leaves files that nothing can open any more; `removeOrphans` takes them.
 */
export async function eraseDocuments(deps: Deps, session: Session): Promise<void> {
  const atMs = deps.now();
  const documents = await deps.stores.documents.ofSession(session.id);
  const outcome = await deps.stores.commit([
    deps.stores.sessions.erasure(session.id, atMs),
    deps.stores.documents.erasureOfSession(session.id),
    ...releaseGrant(deps, session, atMs),
    deps.stores.audit.insertion(session, {
      atMs,
      actor: 'system',
      action: 'documents.erased',
      detail: 'retention',
    }),
    ...documents
      .filter(({ state }) => state === 'held')
      .flatMap(({ id, docType }) =>
        recordOfSession(deps, session, {
          type: 'entitylocker.document.erased',
          atMs,
          details: { document: { id, type: docType } },
        }),
      ),
  ]);
  if (outcome === 'conflict') return;
  for (const { held } of documents) if (held) await deps.blobs.remove(held.blob);
}

/** Erases up to `limit` sessions whose documents were kept long enough. Resolves to how many there were. */
export async function erasePastRetention(deps: Deps, limit: number): Promise<number> {
  const sessions = await deps.stores.sessions.pastRetention(deps.now(), limit);
  for (const session of sessions) await eraseDocuments(deps, session);
  return sessions.length;
}

/** A file without a row may be one whose row is about to be written; only after this long is it an orphan, ms. */
export const orphanAgeMs = 10 * 60 * 1000;

/** Removes files that no document names. Resolves to how many there were. */
export async function removeOrphans(deps: Deps): Promise<number> {
  let removed = 0;
  for await (const { name, modifiedAtMs } of deps.blobs.list()) {
    if (deps.now() - modifiedAtMs < orphanAgeMs || (await deps.stores.documents.isHeldBlob(name))) continue;
    await deps.blobs.remove(name);
    removed += 1;
  }
  return removed;
}
