import { X509Certificate } from 'node:crypto';
import { docTypeNamed, type ListDocumentsResponse, type Verdict as WireVerdict } from '@tijori/wire';
import type { Mode } from '../../domain/session.ts';
import type { Verdict } from '../../domain/verdict.ts';
import { sha256Hex, type TrustMaterial, trustDigest } from '../../verify/trust-material.ts';
import type { TrustSource } from '../../verify/trust-source.ts';
import { openVerifier } from '../../verify/verifier.ts';
import type { OpenedPack } from './open-pack.ts';

type DocumentType = ListDocumentsResponse['documents'][number];

/** One document of a pack: what was recorded about it, and what comes out when its original is judged again. */
export interface DocumentFinding {
  type: DocumentType['type'];
  name: string;
  /** In the pack; null where the original is not in it. */
  file: string | null;
  state: DocumentType['files'][number]['state'];
  sha256: string | null;
  recorded: WireVerdict | null;
  /** Null where there is nothing to judge. */
  again: Verdict | null;
  faults: string[];
}

/** What ends at reasons of ours, and says nothing about the file. */
const accidents: readonly (string | null)[] = ['took_too_long', 'verifier_failed'];

/**
 * Judges each original again, as of the moment of its verdict, in threads with limits: by the roots and signers of `trust`, or else by
 * what the pack itself brings. Its certificates are ways to a root and never a root beside a folder that is named. Documents of live
 * sessions are never believed because of the test root.
 */
export async function checkDocuments(
  pack: OpenedPack,
  trustFor: ((mode: Mode) => TrustSource) | null,
): Promise<DocumentFinding[]> {
  const trust = trustFor?.(pack.manifest.mode) ?? null;
  const findings: DocumentFinding[] = [];
  for (const { type, files } of pack.documents.documents) {
    for (const { id, name, state, sha256, verdict: recorded } of files) {
      const file = pack.manifest.files.find(({ document }) => document === id)?.name ?? null;
      const bytes = file === null ? undefined : pack.files.get(file);
      const again = bytes && recorded ? await judgedAgain(bytes, { pack, trust, recorded, type }) : null;
      findings.push({ type, name, file, state, sha256, recorded, again, faults: [] });
    }
  }
  for (const finding of findings) finding.faults.push(...faultsOf(finding, trust !== null));
  return findings;
}

interface Question {
  pack: OpenedPack;
  trust: TrustSource | null;
  recorded: WireVerdict;
  type: DocumentType['type'];
}

async function judgedAgain(bytes: Buffer, { pack, trust, recorded, type }: Question): Promise<Verdict> {
  const material = materialFor(pack, trust, recorded);
  const source: TrustSource = { current: () => ({ digest: trustDigest(material), material }) };
  // What SHA-1 proves is for whoever reads to say; the verdict says that it is SHA-1.
  const policy = { acceptSha1: recorded.state === 'genuine', requireRevocation: false };
  const verifier = openVerifier({ stores: { [pack.manifest.mode]: source }, policy, limits: { threads: 1 } });
  try {
    const document = docTypeNamed(type)?.upstreamCode;
    const order = { store: pack.manifest.mode, judgedAtMs: recorded.judged_at, ...(document ? { document } : {}) };
    return (await verifier.judge(bytes, order)).verdict;
  } finally {
    await verifier.close();
  }
}

function materialFor(pack: OpenedPack, trust: TrustSource | null, recorded: WireVerdict): TrustMaterial {
  const ending = (end: string) => [...pack.files].filter(([name]) => name.endsWith(end)).map(([, bytes]) => bytes);
  const [certificates, crls] = [ending('.crt'), ending('.crl')];
  if (!trust) {
    const signers = recorded.signer ? [{ sha256: recorded.signer.sha256 }] : [];
    return { store: pack.manifest.mode, certificates, crls, signers };
  }
  const { material } = trust.current();
  const below = certificates.filter((der) => !isSelfSigned(der));
  return {
    store: pack.manifest.mode,
    certificates: distinct([...material.certificates, ...below]),
    crls: distinct([...material.crls, ...crls]),
    signers: material.signers,
  };
}

function distinct(ders: readonly Uint8Array[]): Uint8Array[] {
  return [...new Map(ders.map((der) => [sha256Hex(der), der])).values()];
}

/** It would become a root beside those of the folder. What cannot be read at all is left out with it. */
function isSelfSigned(der: Buffer): boolean {
  try {
    const certificate = new X509Certificate(der);
    return certificate.checkIssued(certificate) && certificate.verify(certificate.publicKey);
  } catch {
    return true;
  }
}

function faultsOf({ file, sha256, recorded, again }: DocumentFinding, isGiven: boolean): string[] {
  if (file === null || !recorded || !again) return [];
  const faults: string[] = [];
  if (sha256 !== again.sha256) faults.push(`${file}: documents.json tells of another file.`);
  // Whom the gateway believed does not stand in the pack, so an untrusted signer is not asked about again.
  const isOwn = recorded.state === 'untrusted_signer' || accidents.includes(recorded.reason);
  if (!isOwn && again.state !== recorded.state) {
    const by = isGiven ? 'by the trust folder given' : 'by what the pack brings';
    const now = again.reason ? `${again.state} (${again.reason})` : again.state;
    faults.push(`${file}: the pack says ${recorded.state}; judged again ${by} it is ${now}.`);
  }
  return faults;
}
