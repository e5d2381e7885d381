import { createHash, X509Certificate } from 'node:crypto';
import type { TrustMaterial } from './trust-material.ts';

/**
 * Keys that are printed in a public repository, by the SHA-256 of their public half: root and issuing CA of the
 * simulator (packages/simulator/src/pki). They prove nothing about anybody.
 */
const publicKnowledge: readonly string[] = [
  '5f84d6600e08c1a4df841b3a1d0ccbc1b554947fcf276b473c632ad9b7067a39',
  '11abc79871ea2c339a8599871b35c00ab7156ae3d559b59d76527cd7dc1b0869',
];

/** Name of the store that judges the documents of live sessions. */
const liveStore = 'live';

/** Throws when the store for live sessions holds a certificate of a key that everybody has. */
export function refusePublicKeys({ store, certificates }: TrustMaterial): void {
  if (store !== liveStore) return;
  for (const der of certificates) {
    const spki = new X509Certificate(der).publicKey.export({ type: 'spki', format: 'der' });
    if (publicKnowledge.includes(createHash('sha256').update(spki).digest('hex'))) {
      throw new Error('The trust store for live sessions holds a test certificate whose private key is public.');
    }
  }
}
