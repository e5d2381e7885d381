import { AppError } from '../../domain/app-error.ts';
import type { SdkIdentity } from '../../tokens/sdk-token.ts';
import type { Deps } from '../deps.ts';
import { familySession } from '../sessions/status.ts';
import { findTicket } from './tickets.ts';

/**
 * The handle of a finished callback for a token that may list what was found (B4, sandbox-api §1.10). The handle must be of
 * this session and of a trip that this very browser began; it is used up before the token is made.
 */
export async function confirmReturn(deps: Deps, sdk: SdkIdentity, requestToken: string): Promise<{ sdkToken: string }> {
  const session = await familySession(deps, sdk, { sessionId: sdk.sessionId, family: 'sdk' });
  if (session.status === 'failed' || session.status === 'expired') {
    throw new AppError('invalid_session_lifecycle', { detail: 'the session is at its end' });
  }
  const ticket = await findTicket(deps, requestToken, { kind: 'return', sessionId: session.id });
  if (ticket?.browserHash !== sdk.browserHash) throw refused('no such handle, or not of this browser');
  const outcome = await deps.stores.commit([deps.stores.tickets.use(ticket.ticketHash, deps.now())]);
  if (outcome === 'conflict') throw refused('the handle is used up');
  return { sdkToken: await deps.sdkTokens.issue({ ...sdk, hasReturned: true }, session.expiresAtMs) };
}

function refused(detail: string): AppError {
  return new AppError('request_token_refused', { detail });
}
