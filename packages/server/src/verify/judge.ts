import type { Judgement, TrustItem, Verdict } from '../domain/verdict.ts';
import { isWeakHash } from './algorithms.ts';
import { type Certificate, chainLink, isValidAt, signerOf } from './certificate.ts';
import type { ReadCertificate } from './certificate-reader.ts';
import { findChain } from './chain.ts';
import { type Findings, noFindings } from './findings.ts';
import { verifyPdf } from './pdf/verify-pdf.ts';
import { Refusal } from './refusal.ts';
import { findRevocation, type RevocationFinding } from './revocation.ts';
import { sha256Hex } from './trust-material.ts';
import { isListed, type TrustStore } from './trust-store.ts';
import { verifyXml } from './xml/verify-xml.ts';

/** What an operator may loosen or tighten. */
export interface VerdictPolicy {
  /** SHA-1 is reported either way. */
  acceptSha1: boolean;
  /** Whether a signer that no current list speaks of is refused. */
  requireRevocation: boolean;
}

export const strictPolicy: VerdictPolicy = { acceptSha1: false, requireRevocation: false };

export interface JudgeOptions {
  judgedAtMs: number;
  policy: VerdictPolicy;
  /** EntityLocker's code of the document (`GSTND` …), for signers that may sign only some. */
  document?: string;
}

/** A judgement, and what of the file may be read, only when genuine. */
export interface JudgedFile extends Judgement {
  /** The signed XML in canonical form. */
  signedXml: string | null;
  /** What the signature of a PDF covers: everything before and after it, and how long the file is. */
  signedPdf: { pieces: readonly [Buffer, Buffer]; bytes: number } | null;
}

type Signed = Pick<JudgedFile, 'signedXml' | 'signedPdf'>;

const nothingSigned: Signed = { signedXml: null, signedPdf: null };

/** A signature that says it was made this much after the judging has a clock that is merely wrong, ms. */
const clockSkewMs = 24 * 60 * 60 * 1000;

const noRevocation: RevocationFinding = { status: 'unknown', revokedAtMs: null, lists: [], used: [] };

/**
 * Judges a file by its own signature and a trust store. Pure: same bytes, store, time and policy, same judgement. Never
 * throws for what is in the file. Give it hostile bytes only where a limit of time and memory holds (`pool.ts`).
 *
 * @example judge(bytes, openTrustStore(material), { judgedAtMs: verdict.judgedAtMs, policy: strictPolicy }).verdict.state
 */
export function judge(bytes: Buffer, store: TrustStore, options: JudgeOptions): JudgedFile {
  const findings = noFindings();
  const { judgedAtMs } = options;
  let chain: Certificate[] = [];
  let revocation = noRevocation;
  let signed = nothingSigned;
  let refusal: Refusal | null = null;
  try {
    signed = verifySignature(bytes, findings, store.readCertificate);
    const signer = findings.signer as Certificate;
    chain = findChain(signer, findings.brought, store) ?? [];
    judgeSigner(signer, { chain, findings, store, options });
    const validAtMs = validAtOf(findings, judgedAtMs);
    revocation = findRevocation(chain, store.lists, { validAtMs, judgedAtMs });
    judgeChain(chain, revocation, validAtMs, options.policy);
  } catch (error) {
    // What a library throws on hostile bytes is no fault of ours, and no reason to believe them.
    refusal = error instanceof Refusal ? error : new Refusal('unreadable', 'unsupported_signature');
  }
  const verdict: Verdict = {
    state: refusal?.state ?? 'genuine',
    reason: refusal?.reason ?? null,
    format: findings.format,
    sha256: sha256Hex(bytes),
    judgedAtMs,
    signer: findings.signer && signerOf(findings.signer),
    signedAtMs: findings.signedAtMs,
    validAtMs: validAtOf(findings, judgedAtMs),
    algorithm: findings.algorithm,
    chain: chain.map(chainLink),
    revocation: { status: revocation.status, revokedAtMs: revocation.revokedAtMs, lists: revocation.lists },
    covered: findings.covered,
    activeContent: findings.activeContent,
    trust: { store: store.name, sha256: store.sha256 },
  };
  return { verdict, material: materialOf(chain, revocation), ...(refusal ? nothingSigned : signed) };
}

function verifySignature(bytes: Buffer, findings: Findings, read: ReadCertificate): Signed {
  if (bytes.subarray(0, 5).toString('latin1') === '%PDF-') {
    findings.format = 'pdf';
    const pieces = verifyPdf(bytes, findings, read);
    return { signedXml: null, signedPdf: { pieces, bytes: bytes.length } };
  }
  // A byte order mark or blanks may come first; UTF-16 is refused by the guard.
  if (!/^(\xef\xbb\xbf)?\s*</.test(bytes.subarray(0, 64).toString('latin1')) && !isUtf16(bytes)) {
    throw new Refusal('unreadable', 'unknown_format');
  }
  findings.format = 'xml';
  return { signedXml: verifyXml(bytes, findings, read), signedPdf: null };
}

function isUtf16(bytes: Buffer): boolean {
  const [first, second] = bytes;
  return (first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff);
}

interface SignerContext {
  chain: readonly Certificate[];
  findings: Findings;
  store: TrustStore;
  options: JudgeOptions;
}

function judgeSigner(signer: Certificate, { chain, findings, store, options }: SignerContext): void {
  const untrusted = (reason: Refusal['reason']) => new Refusal('untrusted_signer', reason);
  if (store.roots.length === 0) throw untrusted('no_trust_store');
  if (findings.hashes.some(isWeakHash) && !options.policy.acceptSha1) throw untrusted('weak_algorithm');
  if (findings.hashes.includes('md5') || signer.isWeak) throw untrusted('weak_algorithm');
  if (chain.length === 0) throw untrusted('unknown_root');
  if (signer.x509.ca || signer.mayVerifySignatures === false) throw untrusted('not_for_signing');
  if (!isListed(store, signer, options.document)) throw untrusted('signer_not_listed');
}

function judgeChain(
  chain: readonly Certificate[],
  revocation: RevocationFinding,
  validAtMs: number,
  { requireRevocation }: VerdictPolicy,
): void {
  if (revocation.status === 'revoked') throw new Refusal('revoked', 'certificate_revoked');
  if (!chain.every((one) => isValidAt(one, validAtMs))) throw new Refusal('expired_signer', 'certificate_not_valid');
  if (requireRevocation && revocation.status !== 'good') throw new Refusal('untrusted_signer', 'revocation_unknown');
}

/** The signer's word counts for the past; a time ahead of ours is nobody's. */
function validAtOf({ signedAtMs }: Findings, judgedAtMs: number): number {
  return signedAtMs !== null && signedAtMs <= judgedAtMs + clockSkewMs ? signedAtMs : judgedAtMs;
}

function materialOf(chain: readonly Certificate[], { used }: RevocationFinding): TrustItem[] {
  const certificates = chain.map(({ sha256, der }) => ({ kind: 'certificate' as const, sha256, der }));
  const lists = used.map(({ sha256, der }) => ({ kind: 'crl' as const, sha256, der }));
  return [...new Map([...certificates, ...lists].map((item) => [item.sha256, item])).values()];
}
