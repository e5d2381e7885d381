import { AppError } from '../../domain/app-error.ts';
import type { Document } from '../../domain/document.ts';
import type { Session } from '../../domain/session.ts';
import type { SdkIdentity } from '../../tokens/sdk-token.ts';
import type { Deps } from '../deps.ts';
import { familySession } from '../sessions/status.ts';

/**
 * What was consented, for the page that asked (B5, sandbox-api §1.10): `insufficient_privilege` without the token of a
 * finished callback, `invalid_session_lifecycle` until the session has succeeded, `data_not_found` after retention.
 */
export async function listDocuments(
  deps: Deps,
  sdk: SdkIdentity,
): Promise<{ session: Session; documents: Document[] }> {
  if (!sdk.hasReturned) throw new AppError('insufficient_privilege', { detail: 'the token of init lists nothing' });
  const session = await familySession(deps, sdk, { sessionId: sdk.sessionId, family: 'sdk' });
  if (session.status !== 'succeeded') throw new AppError('invalid_session_lifecycle');
  if (deps.now() >= (session.documentsExpireAtMs ?? 0)) {
    throw new AppError('data_not_found', { fill: { id: session.id } });
  }
  return { session, documents: await deps.stores.documents.ofSession(session.id) };
}
