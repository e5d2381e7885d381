import { AppError } from '../../domain/app-error.ts';
import type { Session } from '../../domain/session.ts';
import type { Statement } from '../../storage/db.ts';
import type { Revocation } from '../../stores/revocations.ts';
import type { Grant } from '../../upstream/upstream.ts';
import type { Deps } from '../deps.ts';
import { openGrant, secretLabel } from '../journey/attempt.ts';

/** First wait after a try that failed, ms; it doubles up to the longest. */
const firstWaitMs = 10_000;
const longestWaitMs = 6 * 60 * 60_000;
/** A grant that could not be revoked for so long is given up, ms; the timeline says so. */
const givenUpAfterMs = 7 * 24 * 60 * 60_000;

type Subject = Pick<Session, 'id' | 'workspaceId' | 'mode' | 'createdAtMs'>;

/**
 * What belongs into a commit that ends a session's use of its grant: the tokens leave the session's secrets, and are to be
 * revoked upstream. Tokens that are only forgotten would stay good for whoever else has a copy. After the commit,
 * `revokeSoon` does it at once; the clockwork does what that leaves.
 */
export function releaseGrant({ stores, newId }: Pick<Deps, 'stores' | 'newId'>, session: Subject, atMs: number) {
  return [
    stores.revocations.insertionOfSession(session, { id: newId(), atMs }),
    stores.secrets.removal(session.id),
  ] satisfies Statement[];
}

/** The same for tokens that never got into a session, because it had ended when they came. */
export async function discardGrant(deps: Deps, session: Subject, grant: Grant): Promise<void> {
  const atMs = deps.now();
  const sealedGrant = deps.seal.sealSmall(JSON.stringify(grant), secretLabel(session, 'grant'));
  const revocation: Revocation = { id: deps.newId(), session, sealedGrant, tries: 0, createdAtMs: atMs, dueAtMs: atMs };
  await deps.stores.commit([deps.stores.revocations.insertion(revocation)]);
  revokeSoon(deps, session.id);
}

/** Revokes what a session has let go of, behind whoever is waiting for an answer. */
export function revokeSoon(deps: Deps, sessionId: string): void {
  const work = async () => {
    for (const revocation of await deps.stores.revocations.ofSession(sessionId)) await revokeOne(deps, revocation);
  };
  deps.background.begin(
    work().catch((error: unknown) => {
      deps.log.error({ session: sessionId, cause: error instanceof Error ? error.stack : undefined }, 'no revocation');
    }),
  );
}

/** Revocations that are under way at once: they wait for the network, and erasing waits for them. */
const atOnce = 10;

/**
 * Tries up to `limit` revocations that are due, and no more in this round once some failed: a dead upstream must not hold
 * up the rest of the clockwork.
 */
export async function revokeDue(deps: Deps, limit: number): Promise<void> {
  const due = await deps.stores.revocations.due(deps.now(), limit);
  for (let at = 0; at < due.length; at += atOnce) {
    if (deps.background.stopping) return;
    const done = await Promise.all(due.slice(at, at + atOnce).map((revocation) => revokeOne(deps, revocation)));
    if (done.includes(false)) return;
  }
}

/** `false`: it failed, and will be tried again. */
async function revokeOne(deps: Deps, revocation: Revocation): Promise<boolean> {
  const { stores, seal, upstreams, log } = deps;
  const { id, session, tries, createdAtMs } = revocation;
  const claimedAtMs = deps.now();
  const waitMs = Math.min(firstWaitMs * 2 ** tries, longestWaitMs);
  if ((await stores.commit([stores.revocations.claim(revocation, claimedAtMs + waitMs)])) === 'conflict') return true;
  const upstream = upstreams[session.mode];
  try {
    if (!upstream) throw new AppError('upstream_unavailable', { detail: `no upstream for ${session.mode} sessions` });
    await upstream.revoke(openGrant(seal, session, revocation.sealedGrant));
    await settle(deps, revocation, 'upstream.revoked');
    return true;
  } catch (error) {
    const { code, detail } = error instanceof AppError ? error : { code: 'internal', detail: undefined };
    log.warn({ session: session.id, revocation: id, code, detail }, 'a grant could not be revoked yet');
    if (claimedAtMs - createdAtMs >= givenUpAfterMs) await settle(deps, revocation, 'upstream.revocation_given_up');
    return false;
  }
}

async function settle({ stores, now }: Deps, { id, session }: Revocation, action: string): Promise<void> {
  await stores.commit([
    stores.revocations.removal(id),
    stores.audit.insertion(session, { atMs: now(), actor: 'system', action }),
  ]);
}
