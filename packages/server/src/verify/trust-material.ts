import { createHash } from 'node:crypto';

/** Who may sign. Every field that is there must fit; a rule without any fits nobody. */
export interface SignerRule {
  /** `O` of the certificate's subject, exactly. */
  organization?: string;
  /** `CN` of the certificate's subject, exactly. */
  common_name?: string;
  /** Hex SHA-256 of the certificate's DER. */
  sha256?: string;
  /** EntityLocker's codes of the documents that it may sign (`GSTND` …); left out: all. */
  documents?: readonly string[];
}

/** What a trust store holds, as plain data: it can be sent to a thread, or kept and used again years later. */
export interface TrustMaterial {
  /** `live`, `test`, or whatever a verdict should say about where its trust comes from. */
  store: string;
  /** DER. Self-signed ones are the pinned roots, other authorities are known ways to them. */
  certificates: readonly Uint8Array[];
  /** DER. */
  crls: readonly Uint8Array[];
  signers: readonly SignerRule[];
}

/** A store that trusts nobody: what a mode without a trust folder has. */
export function emptyTrust(store: string): TrustMaterial {
  return { store, certificates: [], crls: [], signers: [] };
}

/** Hex SHA-256 over everything in it, in whatever order it came. */
export function trustDigest({ certificates, crls, signers }: TrustMaterial): string {
  const digests = [...certificates, ...crls].map((der) => sha256Hex(der)).sort();
  return sha256Hex(Buffer.from(JSON.stringify([digests, signers])));
}

export function sha256Hex(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
