import type { VerdictReason, VerdictState } from '@tijori/wire';

/** One certificate of the chain, signer first, root last. */
export interface ChainLink {
  /** RFC 4514 style, most specific first. */
  subject: string;
  /** Hex SHA-256 of its DER. */
  sha256: string;
  validFromMs: number;
  validToMs: number;
}

/** A revocation list that was looked into. */
export interface UsedList {
  /** Hex SHA-256 of its DER. */
  sha256: string;
  issuer: string;
  thisUpdateMs: number;
  nextUpdateMs: number | null;
}

export interface Signer {
  subject: string;
  commonName: string | null;
  organization: string | null;
  issuer: string;
  /** Hex, as the certificate writes it. */
  serial: string;
  /** Hex SHA-256 of the certificate's DER. */
  sha256: string;
}

/** What a document's signature proves, by whom, and on the strength of what. */
export interface Verdict {
  state: VerdictState;
  /** Null when genuine. */
  reason: VerdictReason | null;
  format: 'xml' | 'pdf' | 'unknown';
  /** Hex SHA-256 of the bytes that were judged. */
  sha256: string;
  judgedAtMs: number;
  /** Whose certificate came with the signature; null where there was none. Proved only when genuine. */
  signer: Signer | null;
  /** What the signature itself says about its time; null where it says nothing. */
  signedAtMs: number | null;
  /** The time at which certificates had to be valid: that of signing if the signature tells it, else that of judging. */
  validAtMs: number;
  algorithm: { signature: string; digest: string } | null;
  /** From the signer to the pinned root; empty where no chain was found. */
  chain: readonly ChainLink[];
  revocation: { status: 'good' | 'revoked' | 'unknown'; revokedAtMs: number | null; lists: readonly UsedList[] };
  /** What the signature covers: of an XML the paths of elements and attributes, of a PDF the number of bytes. */
  covered: { scope: 'whole' | 'part' | 'none'; bytes: number; paths: readonly string[] };
  /** PDF: what acts by itself when the file is opened. Reported; no verdict depends on it. */
  activeContent: readonly string[];
  /** Which trust store: its name and a SHA-256 over all that is in it. */
  trust: { store: string; sha256: string };
}

/** A certificate or revocation list that a verdict rests on, to be kept with it. */
export interface TrustItem {
  kind: 'certificate' | 'crl';
  /** Hex SHA-256 of `der`. */
  sha256: string;
  der: Uint8Array;
}

/** A verdict and everything that somebody needs who wants to reach it again, years later, from the same bytes. */
export interface Judgement {
  verdict: Verdict;
  /** The chain and the lists that were looked into. */
  material: readonly TrustItem[];
}

/**
 * How long until a document on which our verifier broke is judged again, ms, after each time that it broke. What broke it may have been a
 * moment's lack of memory, or something that takes an operator some hours to mend.
 */
const judgeAgainWaitsMs = [1, 4, 16, 64, 256].map((minutes) => minutes * 60_000);

/** When it is to be judged again; null for no more, or where the verdict says something about the document. */
export function judgeAgainAtMs(
  { reason }: Pick<Verdict, 'reason'>,
  { tries, atMs }: { tries: number; atMs: number },
): number | null {
  const waitMs = judgeAgainWaitsMs[tries];
  return reason === 'verifier_failed' && waitMs !== undefined ? atMs + waitMs : null;
}
