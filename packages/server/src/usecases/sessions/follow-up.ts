import type { DocTypeName } from '@tijori/wire';
import type { Caller } from '../../domain/api-key.ts';
import { AppError } from '../../domain/app-error.ts';
import type { Document } from '../../domain/document.ts';
import { isEnd, type Session } from '../../domain/session.ts';
import type { Verdict } from '../../domain/verdict.ts';
import type { Statement } from '../../storage/db.ts';
import type { Deps } from '../deps.ts';
import { createSession } from './create.ts';
import { ownSession } from './status.ts';

/**
 * A new session for just what an ended one did not bring, with everything else but the end of its consent as it was there: so the person is asked for
 * no more than that. Rejects with `session_open`, `session_redacted`, or `nothing_missing`.
 */
export async function followUp(
  deps: Deps,
  caller: Caller,
  id: string,
  alongside: (session: Session) => readonly Statement[] = () => [],
): Promise<Session> {
  const first = await ownSession(deps, caller, id);
  if (first.redactedAtMs !== null) throw new AppError('session_redacted');
  if (!isEnd(first.status)) throw new AppError('session_open');
  const documents = await deps.stores.documents.ofSession(id);
  const docTypes = missingTypes(first, documents, await deps.stores.verdicts.ofSession(id));
  if (docTypes.length === 0) throw new AppError('nothing_missing');
  const { family, reference, metadata, locale, returnUrl, expectedEntity } = first;
  const purposes = Object.fromEntries(
    docTypes.flatMap((type) => (first.purposes[type] ? [[type, first.purposes[type]]] : [])),
  );
  const created = createSession(
    deps,
    caller,
    // Whoever is asked again has an account by now.
    {
      flow: 'signin',
      docTypes,
      purposes,
      family,
      reference,
      metadata,
      locale,
      returnUrl,
      expectedEntity,
      followUpOf: id,
    },
    (made) => [
      deps.stores.sessions.notRedacted(id),
      deps.stores.audit.insertion(first, {
        atMs: made.createdAtMs,
        actor: 'integrator',
        action: 'session.followed_up',
        detail: made.id,
      }),
      ...alongside(made),
    ],
  );
  return created.catch(async (error: unknown) => {
    // The conflict may be with a redaction that came in between, and not with another request of the same key.
    if ((await ownSession(deps, caller, id)).redactedAtMs !== null) throw new AppError('session_redacted');
    throw error;
  });
}

/** Types of which nothing was shared, or some file did not come and will not. What was here once is not missing. */
function missingTypes(
  { docTypes, status }: Session,
  documents: readonly Document[],
  verdicts: ReadonlyMap<string, Verdict>,
): DocTypeName[] {
  if (status !== 'succeeded') return [...docTypes];
  const isLost = ({ id, state }: Document) => state === 'failed' || (state === 'erased' && !verdicts.has(id));
  return docTypes.filter((type) => {
    const files = documents.filter(({ docType }) => docType === type);
    return files.length === 0 || files.some(isLost);
  });
}
