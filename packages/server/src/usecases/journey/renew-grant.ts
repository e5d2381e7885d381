import { setTimeout as wait } from 'node:timers/promises';
import { AppError } from '../../domain/app-error.ts';
import type { Grant, Upstream } from '../../upstream/upstream.ts';
import type { Deps } from '../deps.ts';
import { openGrant } from './attempt.ts';
import { isSameGrant, noteGrant, noteRenewed, renewalTurn, type Subject } from './note-grant.ts';

/**
 * How long a session's renewal is one node's without another word from it, ms. Long, since whoever takes over presents the old refresh
 * token once more, and a second use ends the consent (RFC 9700 §4.14.2): the first may stand still in its call, or wait for the database
 * with the new tokens in hand. A node that dies in its turn delays what is still to come of one session by this.
 */
export const renewalTurnMs = 5 * 60_000;
/** How long a node waits for another one that renews, ms: longer than a call upstream takes. */
const patienceMs = 15_000;
/** How often it looks, ms. */
const lookEveryMs = 100;
/** Renewed grants that may wait for the database at once; past it none is renewed. */
const unnotedMax = 1_000;

/** The grant that the session has now. Rejects with `upstream_unavailable` where there is none (any more). */
export async function presentGrant(deps: Deps, session: Subject): Promise<{ sealedGrant: string; grant: Grant }> {
  await noteGrant(deps, session);
  const secrets = await deps.stores.secrets.find(session.id);
  if (!secrets) throw new AppError('upstream_unavailable', { detail: 'no grant' });
  return { sealedGrant: secrets.sealedGrant, grant: openGrant(deps.seal, session, secrets.sealedGrant) };
}

/**
 * A grant in the place of `usedUp`: renewed here, or by whoever was faster. Of several nodes one renews, and the others find what it brought.
 * Rejects as `refresh` does, with `upstream_unavailable` when it could not be begun, or with an error of the database.
 */
export function renewedGrant(deps: Deps, session: Subject, upstream: Upstream, usedUp: Grant): Promise<Grant> {
  const { underway } = deps.renewals;
  const there = underway.get(session.id);
  if (there) return there;
  const renewal = renew(deps, session, upstream, usedUp).finally(() => underway.delete(session.id));
  underway.set(session.id, renewal);
  return renewal;
}

async function renew(deps: Deps, session: Subject, upstream: Upstream, usedUp: Grant): Promise<Grant> {
  // It would leave the turn that is taken next.
  await noteGrant(deps, session);
  if (deps.renewals.unnoted.size >= unnotedMax) {
    throw new AppError('storage_unavailable', { detail: 'too many renewed grants wait for the database' });
  }
  const { stores, nodeId, now } = deps;
  const turn = renewalTurn(session.id);
  const untilMs = await takeTurn(deps, turn);
  let renewed: { from: string; fresh: Grant } | undefined;
  try {
    const { sealedGrant, grant } = await presentGrant(deps, session);
    // Somebody renewed it between our call and now.
    if (!isSameGrant(grant, usedUp)) return grant;
    // A process can stand still between two lines: what is left must do for the call, for another such pause and for the note.
    if (now() > untilMs - renewalTurnMs / 2) {
      throw new AppError('upstream_unavailable', { detail: 'too late in the turn to renew' });
    }
    renewed = { from: sealedGrant, fresh: await upstream.refresh(grant) };
  } finally {
    // A turn that cannot be left runs out. With something to note it is left when that is noted.
    if (!renewed) await stores.commit([stores.turns.leave(turn, nodeId)]).catch(() => {});
  }
  await noteRenewed(deps, session, renewed);
  return renewed.fresh;
}

/** Resolves to when it ends, ms. */
async function takeTurn({ stores, nodeId, now }: Deps, name: string): Promise<number> {
  for (let waitedMs = 0; waitedMs <= patienceMs; waitedMs += lookEveryMs) {
    const nowMs = now();
    const untilMs = nowMs + renewalTurnMs;
    const turn = stores.turns.take(name, { holder: nodeId, nowMs, untilMs });
    if ((await stores.commit([turn])) === 'committed') return untilMs;
    await wait(lookEveryMs);
  }
  throw new AppError('upstream_unavailable', { detail: 'another node renews' });
}
