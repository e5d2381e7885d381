import { hash, randomBytes } from 'node:crypto';
import type { Session } from '../../domain/session.ts';
import type { Statement } from '../../storage/db.ts';
import type { AuthorizationAttempt } from '../../stores/authorization-attempts.ts';
import { newTicket } from '../browser/tickets.ts';
import type { Deps } from '../deps.ts';

/** Withdrawal codes that one consent may have: each answer that may have been lost costs another. */
const codesMax = 5;

/** What a browser gets that is back from a trip with the person's consent. */
export interface Handover {
  /** With which the person can withdraw: for this browser alone. */
  withdrawalCode: string;
  /** After a trip of the SDK's: the page that began it may say with this that the person is back (B4, sandbox-api §1.10). */
  requestToken?: string;
}

/** A handover, and what is kept of it: hashes. */
export function newHandover(
  deps: Deps,
  { sessionId, sdkBrowserHash }: AuthorizationAttempt,
): { given: Handover; kept: (atMs: number) => Statement[] } {
  const { consents, tickets } = deps.stores;
  const withdrawalCode = randomBytes(32).toString('base64url');
  const handle =
    sdkBrowserHash === null ? undefined : newTicket(deps, { kind: 'return', sessionId, browserHash: sdkBrowserHash });
  return {
    given: { withdrawalCode, ...(handle && { requestToken: handle.secret }) },
    kept: (atMs) => [
      ...(handle ? [tickets.insertion(handle.kept)] : []),
      consents.code(sessionId, hash('sha256', withdrawalCode, 'hex'), { atMs, codesMax }),
    ],
  };
}

/**
 * Once more, for the browser whose trip it was that got the consent: the answer to its first visit may never have arrived (a
 * mobile network, a page that was loaded anew), and with it the only link to withdraw. What was handed over before stays good.
 * `undefined`: the consent is over or another trip's, or was handed over often enough.
 */
export async function handOverAgain(
  deps: Deps,
  session: Session,
  attempt: AuthorizationAttempt,
): Promise<Handover | undefined> {
  if (session.status !== 'authorized' && session.status !== 'succeeded') return undefined;
  if (!(await isOwnTrip(deps, session, attempt))) return undefined;
  const { given, kept } = newHandover(deps, attempt);
  const outcome = await deps.stores.commit([deps.stores.sessions.consentStands(session), ...kept(deps.now())]);
  return outcome === 'committed' ? given : undefined;
}

/** A consent from before a reset has its entry in the record still: the one that stands is of the last trip. */
async function isOwnTrip({ stores }: Deps, { id }: Session, { stateHash }: AuthorizationAttempt): Promise<boolean> {
  const consents = (await stores.consents.ofSession(id)).filter((entry) => entry.kind === 'authorized');
  const own = consents.find(({ trip }) => trip === stateHash);
  return own !== undefined && consents.every((other) => other === own || other.atMs < own.atMs);
}
