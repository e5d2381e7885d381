import { AppError } from '../../domain/app-error.ts';
import type { SdkIdentity } from '../../tokens/sdk-token.ts';
import type { Deps } from '../deps.ts';
import { familySession } from '../sessions/status.ts';
import { newTicket } from './tickets.ts';

/**
 * The address that a page opens in a window of its own to get the person to EntityLocker (B3, sandbox-api §1.10). It is
 * ours, with a one-use ticket: only there, in the top-level window, can the cookie be set to which the callback is bound
 * (RFC 9700 §4.7), whatever the browser thinks of cookies in frames.
 */
export async function sendOff(deps: Deps, sdk: SdkIdentity): Promise<{ url: string }> {
  const session = await familySession(deps, sdk, { sessionId: sdk.sessionId, family: 'sdk' });
  if (session.status !== 'created' && session.status !== 'initialized') {
    throw new AppError('invalid_session_lifecycle', { detail: 'there is no way to EntityLocker from here' });
  }
  if (!deps.upstreams[session.mode]) {
    throw new AppError('upstream_unavailable', { detail: `no upstream for ${session.mode} sessions` });
  }
  const { secret, kept } = newTicket(deps, { kind: 'open', sessionId: session.id, browserHash: sdk.browserHash });
  await deps.stores.commit([deps.stores.tickets.insertion(kept)]);
  return { url: `${deps.baseUrl}/consent/${session.id}/open?ticket=${secret}` };
}
