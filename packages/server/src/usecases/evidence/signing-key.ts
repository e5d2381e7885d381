import type { JWK } from 'jose';
import { type EvidenceJwk, type EvidenceKey, newEvidenceKey } from '../../tokens/evidence-key.ts';
import type { Deps } from '../deps.ts';

type KeyDeps = Pick<Deps, 'stores' | 'seal' | 'now'>;

/** What a sealed private key belongs to. */
export const evidenceKeyLabel = (kid: string) => ({ workspaceId: '', kind: 'evidence-key', objectId: kid, version: 1 });

/**
 * The key that signs evidence: audit heads, consent receipts and packs. It is made when it is first needed and kept in the
 * database, sealed by the master key: one secret less to hand over, and a copy of the database alone signs nothing.
 */
export async function signingKey(deps: KeyDeps): Promise<EvidenceKey> {
  const known = await knownSigningKey(deps);
  if (known) return known;
  const made = await newEvidenceKey();
  const { kid } = made.publicJwk;
  await deps.stores.commit([
    deps.stores.evidenceKeys.insertion({
      kid,
      publicJwk: JSON.stringify(made.publicJwk),
      sealedPrivateJwk: deps.seal.sealSmall(JSON.stringify(made.privateJwk), evidenceKeyLabel(kid)),
      createdAtMs: deps.now(),
    }),
  ]);
  // Another process may have made one at the same moment: both stay published, one signs.
  return (await knownSigningKey(deps)) ?? made;
}

/** The public halves of all keys that there have been, the newest first: receipts outlive a key. */
export async function publishedKeys({ stores }: Pick<Deps, 'stores'>): Promise<EvidenceJwk[]> {
  return (await stores.evidenceKeys.list()).map(({ publicJwk }) => JSON.parse(publicJwk) as EvidenceJwk);
}

/** The same, unless there is none yet: for what may not write. */
export async function knownSigningKey({
  stores,
  seal,
}: Pick<KeyDeps, 'stores' | 'seal'>): Promise<EvidenceKey | undefined> {
  const [key] = await stores.evidenceKeys.list();
  if (!key) return undefined;
  const privateJwk = JSON.parse(seal.openSmall(key.sealedPrivateJwk, evidenceKeyLabel(key.kid)).toString()) as JWK;
  return { publicJwk: JSON.parse(key.publicJwk) as EvidenceJwk, privateJwk };
}
