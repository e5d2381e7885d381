import type { Caller } from '../../domain/api-key.ts';
import { AppError } from '../../domain/app-error.ts';
import type { Session, SessionFamily } from '../../domain/session.ts';
import type { Deps } from '../deps.ts';
import { secretLabel } from '../journey/attempt.ts';
import type { Profile } from '../journey/complete.ts';
import { withGrant } from '../journey/with-grant.ts';
import { shownSession } from '../sessions/status.ts';

/** Two can find different parts missing at the same time; then the slower one looks again. */
const triesMax = 3;

/**
 * The entity for which the person consented, or that person, as EntityLocker told it: 523 unless the session succeeded,
 * 521 once retention has taken it. What EntityLocker did not tell at consent is asked for now, and kept for as long as
 * the rest, so upstream errors can come out of this.
 */
export async function readProfile<Part extends keyof Profile>(
  deps: Deps,
  caller: Caller,
  { sessionId, family, part }: { sessionId: string; family: SessionFamily; part: Part },
): Promise<{ session: Session; part: NonNullable<Profile[Part]> }> {
  const session = await shownSession(deps, caller, { sessionId, family, isPoll: false });
  if (session.status !== 'succeeded') throw new AppError('invalid_session_lifecycle');
  for (let tries = 0; tries < triesMax; tries += 1) {
    const sealed = await keptProfile(deps, session);
    const profile = openProfile(deps, session, sealed);
    const known = profile[part];
    if (known !== null) return { session, part: known as NonNullable<Profile[Part]> };
    await askFor(deps, session, { sealed, profile, part });
  }
  throw new AppError('internal', { detail: 'a profile changed at each attempt to complete it' });
}

async function keptProfile({ stores, now }: Deps, session: Session): Promise<string> {
  const secrets = now() < (session.documentsExpireAtMs ?? 0) ? await stores.secrets.find(session.id) : undefined;
  if (!secrets?.sealedProfile) throw new AppError('data_not_found', { fill: { id: session.id } });
  return secrets.sealedProfile;
}

function openProfile({ seal }: Deps, session: Session, sealed: string): Profile {
  return JSON.parse(seal.openSmall(sealed, secretLabel(session, 'profile')).toString()) as Profile;
}

async function askFor(
  deps: Deps,
  session: Session,
  { sealed, profile, part }: { sealed: string; profile: Profile; part: keyof Profile },
): Promise<void> {
  const upstream = deps.upstreams[session.mode];
  if (!upstream) throw new AppError('upstream_unavailable', { detail: `no upstream for ${session.mode} sessions` });
  const told = await withGrant(deps, session, upstream, (grant) => upstream[part](grant));
  const to = deps.seal.sealSmall(JSON.stringify({ ...profile, [part]: told }), secretLabel(session, 'profile'));
  await deps.stores.commit([deps.stores.secrets.profile(session.id, { from: sealed, to })]);
}
