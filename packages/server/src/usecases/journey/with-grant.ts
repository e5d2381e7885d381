import { AppError } from '../../domain/app-error.ts';
import type { Session } from '../../domain/session.ts';
import { consentEnded } from '../../upstream/refusal.ts';
import type { Grant, Upstream } from '../../upstream/upstream.ts';
import type { Deps } from '../deps.ts';
import { openGrant, secretLabel } from './attempt.ts';

/** Renewals under way, by session id: a refresh token rotates, so two at once would cost the consent. */
export type Renewals = Map<string, Promise<Grant>>;

/**
 * Calls the upstream with the session's tokens; when they are no longer taken, once more with renewed ones. Judged by
 * the upstream's answer and not by our clock, which may be off by more than a token lives.
 *
 * Rejects as `use` does, with `upstream_unavailable` where there are no tokens (any more), or with a refusal for which
 * `consentEnded` is true when the tokens are not renewed.
 */
export async function withGrant<T>(
  deps: Deps,
  session: Pick<Session, 'id' | 'workspaceId'>,
  upstream: Upstream,
  use: (grant: Grant) => Promise<T>,
): Promise<T> {
  const { sealedGrant, grant } = await presentGrant(deps, session);
  try {
    return await use(grant);
  } catch (error) {
    if (!consentEnded(error) || !grant.refreshToken) throw error;
    return use(await renewed(deps, session, upstream, sealedGrant));
  }
}

async function presentGrant({ stores, seal }: Deps, session: Pick<Session, 'id' | 'workspaceId'>) {
  const secrets = await stores.secrets.find(session.id);
  if (!secrets) throw new AppError('upstream_unavailable', { detail: 'no grant' });
  return { sealedGrant: secrets.sealedGrant, grant: openGrant(seal, session, secrets.sealedGrant) };
}

function renewed(
  deps: Deps,
  session: Pick<Session, 'id' | 'workspaceId'>,
  upstream: Upstream,
  usedUp: string,
): Promise<Grant> {
  const underway = deps.renewals.get(session.id);
  if (underway) return underway;
  const renewal = renew(deps, session, upstream, usedUp).finally(() => deps.renewals.delete(session.id));
  deps.renewals.set(session.id, renewal);
  return renewal;
}

async function renew(
  deps: Deps,
  session: Pick<Session, 'id' | 'workspaceId'>,
  upstream: Upstream,
  usedUp: string,
): Promise<Grant> {
  const { sealedGrant, grant } = await presentGrant(deps, session);
  // Somebody renewed it between our call and now.
  if (sealedGrant !== usedUp) return grant;
  const fresh = await upstream.refresh(grant);
  const to = deps.seal.sealSmall(JSON.stringify(fresh), secretLabel(session, 'grant'));
  const outcome = await deps.stores.commit([deps.stores.secrets.grant(session.id, { from: sealedGrant, to })]);
  // Another node was faster: its tokens are the ones that will last.
  return outcome === 'committed' ? fresh : (await presentGrant(deps, session)).grant;
}
