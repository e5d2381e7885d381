import { setTimeout as wait } from 'node:timers/promises';
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

/** Longer than a call upstream takes, ms. */
const renewalMsMax = 15_000;
/** How often a node looks whether another one has renewed, ms. */
const lookEveryMs = 100;

/** Of several nodes one renews, and the others find what it brought. In this process the map of renewals has seen to that. */
async function renew(
  deps: Deps,
  session: Pick<Session, 'id' | 'workspaceId'>,
  upstream: Upstream,
  usedUp: string,
): Promise<Grant> {
  const turn = `renew ${session.id}`;
  for (let waitedMs = 0; !(await takeTurn(deps, turn)); waitedMs += lookEveryMs) {
    if (waitedMs >= renewalMsMax) throw new AppError('upstream_unavailable', { detail: 'another node renews' });
    await wait(lookEveryMs);
  }
  try {
    const { sealedGrant, grant } = await presentGrant(deps, session);
    // Somebody renewed it between our call and now.
    if (sealedGrant !== usedUp) return grant;
    const fresh = await upstream.refresh(grant);
    const to = deps.seal.sealSmall(JSON.stringify(fresh), secretLabel(session, 'grant'));
    const outcome = await deps.stores.commit([deps.stores.secrets.grant(session.id, { from: sealedGrant, to })]);
    return outcome === 'committed' ? fresh : (await presentGrant(deps, session)).grant;
  } finally {
    await deps.stores.commit([deps.stores.turns.leave(turn, deps.nodeId)]);
  }
}

async function takeTurn({ stores, nodeId, now }: Deps, name: string): Promise<boolean> {
  const nowMs = now();
  const turn = stores.turns.take(name, { holder: nodeId, nowMs, untilMs: nowMs + renewalMsMax });
  return (await stores.commit([turn])) === 'committed';
}
