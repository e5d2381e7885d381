import { setTimeout as wait } from 'node:timers/promises';
import { AppError } from '../../domain/app-error.ts';
import type { Session } from '../../domain/session.ts';
import type { Grant } from '../../upstream/upstream.ts';
import { discardGrant } from '../consent/revoke.ts';
import type { Deps } from '../deps.ts';
import { openGrant, secretLabel } from './attempt.ts';

/** What a renewal must know of its session. */
export type Subject = Pick<Session, 'id' | 'workspaceId' | 'mode' | 'createdAtMs'>;

export interface Renewals {
  /** Under way, by session id: a refresh token rotates, so two at once would cost the consent. */
  underway: Map<string, Promise<Grant>>;
  /** What the upstream has given and the database has not taken yet, by session id. Nobody else has it any more. */
  unnoted: Map<string, UnnotedGrant>;
}

/** Both sealed: the grant that there is, and the one that came in its place. */
interface UnnotedGrant {
  from: string;
  to: string;
  noting?: Promise<void> | undefined;
}

export function openRenewals(): Renewals {
  return { underway: new Map(), unnoted: new Map() };
}

/** Between two tries to note a grant, ms. */
const noteEveryMs = 1_000;

/** The turn in which one node renews a session's grant. */
export function renewalTurn(sessionId: string): string {
  return `renew ${sessionId}`;
}

/** Whether it is the same one, however it was sealed: a change of the master key seals it anew. */
export function isSameGrant(one: Grant, other: Grant): boolean {
  return one.accessToken === other.accessToken && one.refreshToken === other.refreshToken;
}

/**
 * Notes the grant that was just renewed in the place of `from`, and leaves the turn with the same commit. Rejects while the database does
 * not take it: then it is tried again and again, here and by whoever needs the grant next, and the turn keeps the other nodes off the old one.
 */
export async function noteRenewed(
  deps: Deps,
  session: Subject,
  { from, fresh }: { from: string; fresh: Grant },
): Promise<void> {
  const to = deps.seal.sealSmall(JSON.stringify(fresh), secretLabel(session, 'grant'));
  deps.renewals.unnoted.set(session.id, { from, to });
  try {
    await noteGrant(deps, session);
  } catch (error) {
    const code = error instanceof AppError ? error.code : 'internal';
    deps.log.warn({ session: session.id, code }, 'renewed tokens could not be noted yet');
    deps.background.begin(noteInTheEnd(deps, session));
    throw error;
  }
}

/** Notes what a renewal of this process has brought and the database has not taken yet, if there is such a thing. */
export async function noteGrant(deps: Deps, session: Subject): Promise<void> {
  const unnoted = deps.renewals.unnoted.get(session.id);
  if (!unnoted) return;
  unnoted.noting ??= note(deps, session, unnoted).finally(() => {
    unnoted.noting = undefined;
  });
  await unnoted.noting;
}

async function note(deps: Deps, session: Subject, unnoted: UnnotedGrant): Promise<void> {
  const { stores, seal, nodeId, renewals } = deps;
  const leave = stores.turns.leave(renewalTurn(session.id), nodeId);
  while ((await stores.commit([stores.secrets.grant(session.id, unnoted), leave])) === 'conflict') {
    const there = await stores.secrets.find(session.id);
    const isSealedAnew =
      there &&
      there.sealedGrant !== unnoted.from &&
      isSameGrant(openGrant(seal, session, there.sealedGrant), openGrant(seal, session, unnoted.from));
    if (isSealedAnew) {
      unnoted.from = there.sealedGrant;
      continue;
    }
    // Either it was taken all the same when the answer was lost, or there is nothing left for which it could stand.
    await stores.commit([leave]);
    if (!there) await discardGrant(deps, session, openGrant(seal, session, unnoted.to));
    break;
  }
  renewals.unnoted.delete(session.id);
}

/** Until the database has taken it. Who stops the gateway waits for one more try. */
async function noteInTheEnd(deps: Deps, session: Subject): Promise<void> {
  const { renewals, background, log } = deps;
  for (let isLast = false; !isLast && renewals.unnoted.has(session.id); ) {
    isLast = background.stopping;
    await wait(noteEveryMs);
    await noteGrant(deps, session).catch(() => {});
  }
  if (renewals.unnoted.has(session.id))
    log.error({ session: session.id }, 'renewed tokens are lost: nothing took them');
}
