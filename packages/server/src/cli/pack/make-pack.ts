import { type ArchivedFile, archive } from '../../domain/stored-zip.ts';
import { toWireConsent } from '../../http/present-consent.ts';
import { toWireDocuments } from '../../http/present-documents.ts';
import { type EvidenceKey, signEvidence } from '../../tokens/evidence-key.ts';
import type { Evidence } from '../../usecases/evidence/gather.ts';
import { sha256Hex } from '../../verify/trust-material.ts';
import { toAuditLine } from '../audit-line.ts';
import { type AuditFile, type Manifest, manifestType, packFiles, packFormat } from './pack-format.ts';
import { packReadme } from './pack-readme.ts';

interface PackedFile extends ArchivedFile {
  document?: string;
}

/** One file with everything that there is to show about a session, signed. */
export async function makePack(evidence: Evidence, key: EvidenceKey, madeAtMs: number): Promise<Buffer> {
  const { session, workspaceName, consent, receipt } = evidence;
  const files: PackedFile[] = [
    { name: packFiles.readme, bytes: Buffer.from(packReadme(session)) },
    jsonFile(packFiles.documents, toWireDocuments({ session, documents: evidence.documents })),
    ...originals(evidence),
    ...evidence.trustItems.map(({ kind, sha256, der }) => ({
      name: `trust/${sha256}.${kind === 'crl' ? 'crl' : 'crt'}`,
      bytes: Buffer.from(der),
    })),
    ...(consent ? [jsonFile(packFiles.consent, toWireConsent(consent))] : []),
    ...(receipt === null ? [] : [{ name: packFiles.receipt, bytes: Buffer.from(receipt) }]),
    jsonFile(packFiles.audit, auditFile(evidence)),
  ];
  const manifest: Manifest = {
    format: packFormat,
    made_at: madeAtMs,
    session: session.id,
    mode: session.mode,
    status: session.status,
    workspace: { id: session.workspaceId, name: workspaceName },
    files: files.map(({ name, bytes, document }) => ({
      name,
      bytes: bytes.length,
      sha256: sha256Hex(bytes),
      ...(document === undefined ? {} : { document }),
    })),
  };
  const jws = await signEvidence(key, manifestType, manifest);
  return archive([...files, { name: packFiles.manifest, bytes: Buffer.from(jws) }]);
}

function originals({ documents }: Evidence): PackedFile[] {
  return documents.flatMap(({ document, bytes }, index) => {
    if (!bytes) return [];
    const ending = document.held?.contentType === 'application/pdf' ? 'pdf' : 'xml';
    const number = String(index + 1).padStart(2, '0');
    return [{ name: `documents/${number}-${document.docType}.${ending}`, bytes, document: document.id }];
  });
}

function auditFile({ audit }: Evidence): AuditFile {
  return {
    head: audit.head,
    entries: audit.entries.map(({ entry, place }) => ({
      ...toAuditLine(entry),
      index: place?.index ?? null,
      path: (place?.path ?? []).map((hash) => hash.toString('hex')),
    })),
  };
}

function jsonFile(name: string, value: object): PackedFile {
  return { name, bytes: Buffer.from(`${JSON.stringify(value, null, 2)}\n`) };
}
