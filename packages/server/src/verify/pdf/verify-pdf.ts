import type { ReadCertificate } from '../certificate-reader.ts';
import type { Findings } from '../findings.ts';
import { Refusal } from '../refusal.ts';
import { findActiveContent } from './active-content.ts';
import { findSignatures, type PdfSignature } from './byte-range.ts';
import { readCms } from './cms.ts';

/** Signatures over the bytes themselves; the older kinds sign a SHA-1 of them and are refused. */
const detached: readonly string[] = ['adbe.pkcs7.detached', 'ETSI.CAdES.detached'];

/**
 * Checks that a signature covers the whole file, and writes down what it finds on the way. Only the signature over
 * everything counts: whatever was added after an earlier one would be without a signer. Returns the two pieces that it covers. Throws `Refusal`.
 */
export function verifyPdf(pdf: Buffer, findings: Findings, read: ReadCertificate): PdfSignature['signed'] {
  if (!pdf.includes('%%EOF')) throw new Refusal('unreadable', 'not_well_formed');
  findings.activeContent = findActiveContent(pdf);
  const signatures = findSignatures(pdf);
  if (signatures.length === 0) throw new Refusal('unsigned', 'no_signature');
  const whole = signatures.filter(({ isWhole }) => isWhole);
  const chosen = whole[0] ?? (signatures.at(-1) as PdfSignature);
  if (whole.length > 1) throw new Refusal('altered', 'many_signatures');
  verifyOne(chosen, findings, read);
  if (!chosen.isWhole) throw new Refusal('altered', 'changed_after_signing');
  return chosen.signed;
}

function verifyOne(
  { subFilter, cms: der, signed, isWhole }: PdfSignature,
  findings: Findings,
  read: ReadCertificate,
): void {
  if (!detached.includes(subFilter)) throw new Refusal('unreadable', 'unsupported_signature');
  const cms = readCms(der, read);
  findings.algorithm = cms.algorithm;
  findings.hashes = [cms.hash];
  findings.brought = cms.certificates;
  findings.signedAtMs = cms.signedAtMs;
  if (!cms.signer) throw new Refusal('untrusted_signer', 'no_certificate');
  findings.signer = cms.signer;
  if (!cms.covers(signed)) throw new Refusal('altered', 'digest_mismatch');
  const bytes = signed[0].length + signed[1].length;
  findings.covered = { scope: isWhole ? 'whole' : 'part', bytes, paths: [] };
}
