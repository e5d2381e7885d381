import type { Session } from '../../domain/session.ts';
import type { Grant } from '../../upstream/upstream.ts';
import type { Seal } from '../../vault/seal.ts';
import type { Deps } from '../deps.ts';

/** Where EntityLocker sends the browser back to; registered there to the letter. */
export const callbackPath = '/callbacks/kyc/entitylocker/oauth';

export function callbackUrl({ baseUrl }: Pick<Deps, 'baseUrl'>): string {
  return `${baseUrl}${callbackPath}`;
}

/** Where the redirect flow sends the browser first: it is bound there, and goes on to EntityLocker. */
export function authorizePath(sessionId: string): string {
  return `/consent/${sessionId}/authorize`;
}

/** Letters, digits, space and underscore only (entitylocker-upstream §1.1). */
const purposeOtherwise = 'Business verification';

/** Sent as `purpose`, of which there is one for all documents: the one that all of them have, else a general one. */
export function purposeOf({ docTypes, purposes }: Pick<Session, 'docTypes' | 'purposes'>): string {
  const [first, ...others] = new Set(docTypes.map((name) => purposes[name]));
  return first !== undefined && others.length === 0 ? first : purposeOtherwise;
}

/** What a sealed verifier belongs to. */
export function verifierLabel(session: Pick<Session, 'workspaceId'>, stateHash: string) {
  return { workspaceId: session.workspaceId, kind: 'verifier', objectId: stateHash, version: 1 };
}

/** What a session's sealed tokens, profiles and names of the consent record belong to. */
export function secretLabel(session: Pick<Session, 'workspaceId' | 'id'>, kind: 'grant' | 'profile' | 'parties') {
  return { workspaceId: session.workspaceId, kind, objectId: session.id, version: 1 };
}

/** The tokens of a session, as `comeBack` sealed them. */
export function openGrant(seal: Seal, session: Pick<Session, 'workspaceId' | 'id'>, sealedGrant: string): Grant {
  return JSON.parse(seal.openSmall(sealedGrant, secretLabel(session, 'grant')).toString()) as Grant;
}
