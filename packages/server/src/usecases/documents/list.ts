import type { Caller } from '../../domain/api-key.ts';
import type { Document } from '../../domain/document.ts';
import type { Session } from '../../domain/session.ts';
import type { Verdict } from '../../domain/verdict.ts';
import type { Deps } from '../deps.ts';
import { ownSession } from '../sessions/status.ts';

/** A session's documents, each with its verdict once it has one. */
export interface ListedDocuments {
  session: Session;
  documents: readonly { document: Document; verdict: Verdict | null }[];
}

/** What is known about the documents of the caller's own session. Fetches nothing. */
export async function listDocuments(
  deps: Pick<Deps, 'stores' | 'now'>,
  caller: Caller,
  sessionId: string,
): Promise<ListedDocuments> {
  const session = await ownSession(deps, caller, sessionId);
  const documents = await deps.stores.documents.ofSession(session.id);
  // Nothing was fetched, so nothing was judged.
  const verdicts = documents.length > 0 ? await deps.stores.verdicts.ofSession(session.id) : new Map<string, Verdict>();
  return {
    session,
    documents: documents.map((document) => ({ document, verdict: verdicts.get(document.id) ?? null })),
  };
}
