import type { UsedList, Verdict } from '../domain/verdict.ts';
import type { Certificate } from './certificate.ts';
import { type Revocation, type RevocationList, serialOf, usedList } from './revocation-list.ts';

/** What the lists of a store say about a chain. */
export interface RevocationFinding {
  status: Verdict['revocation']['status'];
  revokedAtMs: number | null;
  lists: UsedList[];
  used: RevocationList[];
}

/** Reasons that leave the key in its owner's hands: what was signed before stands (RFC 5280, 5.3.1: 3, 4, 5). */
const harmlessLater: readonly (number | null)[] = [3, 4, 5];

/**
 * `revoked` if any certificate of the chain stands in a list of its issuer. A time of signing is the signer's own word,
 * so a revocation after it counts all the same, unless its reason says that the key was never in other hands. `good`
 * only if each certificate below the root has a list that was current at `judgedAtMs`; else `unknown`.
 */
export function findRevocation(
  chain: readonly Certificate[],
  lists: readonly RevocationList[],
  { validAtMs, judgedAtMs }: { validAtMs: number; judgedAtMs: number },
): RevocationFinding {
  const finding: RevocationFinding = { status: 'good', revokedAtMs: null, lists: [], used: [] };
  for (const [index, certificate] of chain.entries()) {
    const issuer = chain[index + 1];
    if (!issuer) break;
    const ofIssuer = lists.filter((list) => list.issuerDer.equals(issuer.subjectDer) && list.isSignedBy(issuer));
    for (const list of ofIssuer) {
      finding.used.push(list);
      finding.lists.push(usedList(list, issuer));
      const entry = list.find(serialOf(certificate.x509.serialNumber));
      if (entry && counts(entry, validAtMs)) {
        finding.status = 'revoked';
        finding.revokedAtMs ??= entry.atMs;
      }
    }
    const isKnown = ofIssuer.some((list) => isCurrent(list, judgedAtMs));
    if (!isKnown && finding.status === 'good') finding.status = 'unknown';
  }
  return finding;
}

function counts({ atMs, reason }: Revocation, validAtMs: number): boolean {
  return atMs <= validAtMs || !harmlessLater.includes(reason);
}

function isCurrent({ thisUpdateMs, nextUpdateMs }: RevocationList, atMs: number): boolean {
  return thisUpdateMs <= atMs && atMs <= (nextUpdateMs ?? Number.POSITIVE_INFINITY);
}
