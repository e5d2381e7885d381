import type { DocumentData } from '../../domain/document-data.ts';
import { recordedPersona } from '../../domain/recorded-persona.ts';
import type { Deps } from '../deps.ts';
import { type DocumentsDeps, type EvidenceDocument, gatherDocuments } from '../evidence/gather.ts';

type RecordDeps = DocumentsDeps & Pick<Deps, 'verifier'>;

/**
 * A persona of the simulator in the shape of a session, without a name, number, address or day of it; null for a session that has no
 * documents. What is still kept is read for the shape of its data; of what is erased only its kind is known. Rejects with
 * `session_not_found`.
 */
export async function recordSession(deps: RecordDeps, sessionId: string): Promise<Record<string, unknown> | null> {
  const { session, documents } = await gatherDocuments(deps, sessionId);
  if (documents.length === 0) return null;
  const shapes = [];
  for (const { document, verdict, bytes } of documents) {
    const { docType, uri, issuedOn, upstreamCode } = document;
    const data = await dataOf(deps, { store: session.mode, document: upstreamCode }, { verdict, bytes });
    shapes.push({ docType, uri, issuedOn, data });
  }
  return recordedPersona(session.id, shapes);
}

async function dataOf(
  { verifier }: RecordDeps,
  order: { store: string; document: string },
  { verdict, bytes }: Pick<EvidenceDocument, 'verdict' | 'bytes'>,
): Promise<DocumentData | null> {
  if (!bytes || verdict?.state !== 'genuine') return null;
  return (await verifier.read(bytes, { ...order, judgedAtMs: verdict.judgedAtMs }))?.data ?? null;
}
