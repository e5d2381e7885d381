import type { Certificate } from './certificate.ts';
import type { TrustStore } from './trust-store.ts';

/** Most certificates between a signer and its root, and most signatures checked on the way: a file could bring hundreds. */
const authoritiesMax = 5;
const checksMax = 60;

/**
 * The way from a signer to a pinned root, signer first, root last; undefined when there is none. Certificates that came
 * with the file are only candidates: each step is a signature, and the last one is a root of the store. Whether they are
 * in time is not asked here.
 */
export function findChain(
  signer: Certificate,
  brought: readonly Certificate[],
  store: Pick<TrustStore, 'roots' | 'authorities'>,
): Certificate[] | undefined {
  const candidates = [...store.authorities, ...brought.filter(({ x509 }) => x509.ca)];
  let checks = 0;
  const issued = (child: Certificate, issuer: Certificate, below: number): boolean => {
    if (!mayIssue(issuer, below) || !child.x509.checkIssued(issuer.x509)) return false;
    checks += 1;
    return checks <= checksMax && child.x509.verify(issuer.x509.publicKey);
  };
  const walk = (path: readonly Certificate[]): Certificate[] | undefined => {
    const last = path.at(-1) as Certificate;
    const below = path.length - 1;
    const root = store.roots.find((one) => issued(last, one, below));
    if (root) return [...path, root];
    if (below >= authoritiesMax) return undefined;
    for (const next of candidates) {
      if (path.some(({ sha256 }) => sha256 === next.sha256) || next.isWeak || !issued(last, next, below)) continue;
      const found = walk([...path, next]);
      if (found) return found;
    }
    return undefined;
  };
  return signer.hasUnknownCritical ? undefined : walk([signer]);
}

/** `below`: how many authorities already stand between it and the signer. OpenSSL checks the usage of its key. */
function mayIssue({ x509, pathLength, hasUnknownCritical }: Certificate, below: number): boolean {
  return x509.ca && !hasUnknownCritical && (pathLength === null || below <= pathLength);
}
