/**
 * What a document's own signature can prove, each with its meaning. The worst that applies is the verdict.
 *
 * @example verdictStates.genuine
 */
export const verdictStates = {
  genuine: 'Signed as a whole by a signer of the trust store, and not changed since.',
  altered: 'Not what was signed: changed, added to, or arranged so that readers take something that is not signed.',
  unsigned: 'There is no signature.',
  untrusted_signer: 'The signature fits, but nothing that is trusted here says whose it is.',
  expired_signer: "The signer's certificate, or one above it, was not valid when it had to be.",
  revoked: "The signer's certificate, or one above it, was revoked.",
  unreadable: 'Nothing can be said: it cannot be read, or not in safety.',
} as const satisfies Record<string, string>;

/** What a document's own signature proves. */
export type VerdictState = keyof typeof verdictStates;

interface ReasonEntry {
  state: Exclude<VerdictState, 'genuine'>;
  meaning: string;
}

/**
 * Why a verdict is not `genuine`: the state that goes with each reason, and what it means.
 *
 * @example verdictReasons.digest_mismatch.state // 'altered'
 */
export const verdictReasons = {
  too_large: { state: 'unreadable', meaning: 'An XML of more than 2 MiB.' },
  unknown_format: { state: 'unreadable', meaning: 'Neither an XML nor a PDF from its first byte on.' },
  encoding: { state: 'unreadable', meaning: 'Not UTF-8, or with characters that XML does not have.' },
  doctype: { state: 'unreadable', meaning: 'Has a DOCTYPE, which could define what it likes.' },
  too_complex: { state: 'unreadable', meaning: 'Deeper, longer or more numerous than any certificate is.' },
  not_well_formed: { state: 'unreadable', meaning: 'Broken: it ends in the middle, or is no XML or PDF.' },
  unsupported_signature: {
    state: 'unreadable',
    meaning: 'Signed in a way that is not supported: another kind, several signers, an unknown algorithm.',
  },
  took_too_long: { state: 'unreadable', meaning: 'Judging took more than 2 seconds of a processor.' },
  verifier_failed: {
    state: 'unreadable',
    meaning: 'Judging needed more than 256 MB, broke, or was not let by the machine.',
  },
  no_signature: { state: 'unsigned', meaning: 'There is no signature in it.' },
  digest_mismatch: { state: 'altered', meaning: 'The signature is not about this content.' },
  changed_after_signing: { state: 'altered', meaning: 'A PDF to which something was added after it was signed.' },
  signature_covers_part: { state: 'altered', meaning: 'The signature covers another part than what is read first.' },
  many_signatures: {
    state: 'altered',
    meaning: 'Several signatures, or parts of one, that could be taken for each other.',
  },
  misplaced_signature: { state: 'altered', meaning: 'The signature does not stand at the end of the document itself.' },
  reference_elsewhere: {
    state: 'altered',
    meaning: 'The signature points outside the document, or to no single part of it.',
  },
  transform_not_allowed: { state: 'altered', meaning: 'The signature is about what a program makes of the document.' },
  comment_or_instruction: {
    state: 'altered',
    meaning: 'Comments or processing instructions in the content, which readers join in different ways.',
  },
  unsigned_bytes: { state: 'altered', meaning: 'The byte range of a PDF leaves out more than the signature itself.' },
  no_certificate: { state: 'untrusted_signer', meaning: 'No certificate of a signer came with it.' },
  unknown_root: { state: 'untrusted_signer', meaning: 'Its chain does not end at a root of the trust store.' },
  weak_algorithm: { state: 'untrusted_signer', meaning: 'Signed with SHA-1 or MD5, or with a key that is too short.' },
  not_for_signing: { state: 'untrusted_signer', meaning: "The signer's certificate is not for signing documents." },
  signer_not_listed: {
    state: 'untrusted_signer',
    meaning: 'Its chain is good, but the trust store does not list this signer for this document.',
  },
  no_trust_store: { state: 'untrusted_signer', meaning: 'No root is installed, so nobody is trusted.' },
  revocation_unknown: {
    state: 'untrusted_signer',
    meaning: 'No current revocation list speaks of the signer, and the operator demands one.',
  },
  certificate_revoked: { state: 'revoked', meaning: 'A certificate of its chain stands in a revocation list.' },
  certificate_not_valid: {
    state: 'expired_signer',
    meaning: 'A certificate of its chain was not valid at the time of signing, or of judging where that is not told.',
  },
} as const satisfies Record<string, ReasonEntry>;

/** Why a verdict is not `genuine`. */
export type VerdictReason = keyof typeof verdictReasons;
