import { AppError } from '../../domain/app-error.ts';
import { type Document, endOfHeld } from '../../domain/document.ts';
import { judgeSession, type Session } from '../../domain/session.ts';
import type { TrustItem, Verdict } from '../../domain/verdict.ts';
import { consentReceipt } from '../consent/receipt.ts';
import { type ConsentRecord, consentRecord } from '../consent/record.ts';
import type { Deps } from '../deps.ts';
import { heldBytes } from '../documents/held-bytes.ts';
import { type AuditProof, proveAudit } from './prove-audit.ts';

/** Everything that there is to show about a session. */
export interface Evidence {
  session: Session;
  /** Registered name of the workspace now; what was shown to the person stands in the consent record. */
  workspaceName: string;
  documents: readonly EvidenceDocument[];
  /** Certificates and revocation lists on which the verdicts rest, as they were on that day. */
  trustItems: readonly TrustItem[];
  /** Null where nobody was asked. */
  consent: ConsentRecord | null;
  /** Signed receipt as things stand now, compact JWS; null where nothing was granted. */
  receipt: string | null;
  audit: AuditProof;
}

/** A document of a session, its verdict and its bytes. */
export interface EvidenceDocument {
  document: Document;
  verdict: Verdict | null;
  /** Null when they never came, or are erased. */
  bytes: Buffer | null;
}

/** What it takes to read the documents of a session. */
export type DocumentsDeps = Pick<Deps, 'stores' | 'seal' | 'blobs' | 'now'>;
export type GatherDeps = DocumentsDeps & Pick<Deps, 'newId' | 'baseUrl'>;

/** Reads it all and writes nothing. Rejects with `session_not_found`. */
export async function gatherEvidence(deps: GatherDeps, sessionId: string): Promise<Evidence> {
  const { stores } = deps;
  const { session, documents } = await gatherDocuments(deps, sessionId);
  const workspace = await stores.workspaces.find(session.workspaceId);
  return {
    session,
    workspaceName: workspace?.name ?? '',
    documents,
    trustItems: await trustItemsOf(
      deps,
      documents.flatMap(({ verdict }) => verdict ?? []),
    ),
    consent: await unlessNone(consentRecord(deps, session)),
    receipt: (await unlessNone(consentReceipt(deps, session)))?.jws ?? null,
    audit: await proveAudit(stores, session),
  };
}

/** The session as it stands now, and its documents. Rejects with `session_not_found`. */
export async function gatherDocuments(
  deps: DocumentsDeps,
  sessionId: string,
): Promise<{ session: Session; documents: EvidenceDocument[] }> {
  const found = await deps.stores.sessions.find(sessionId);
  if (!found) throw new AppError('session_not_found');
  const session = judgeSession(found, deps.now());
  const verdicts = await deps.stores.verdicts.ofSession(session.id);
  const documents: EvidenceDocument[] = [];
  for (const document of await deps.stores.documents.ofSession(session.id)) {
    const verdict = verdicts.get(document.id) ?? null;
    documents.push({ document, verdict, bytes: await bytesOf(deps, session, document) });
  }
  return { session, documents };
}

/** What is past its time is not handed out any more, whether or not it is erased already. */
async function bytesOf(deps: DocumentsDeps, session: Session, document: Document): Promise<Buffer | null> {
  const { held, state } = document;
  if (!held || state !== 'held' || deps.now() >= endOfHeld(held, session)) return null;
  return (await heldBytes(deps, document, held)) ?? null;
}

async function trustItemsOf({ stores }: DocumentsDeps, verdicts: readonly Verdict[]): Promise<TrustItem[]> {
  const digests = verdicts.flatMap(({ chain, revocation }) => [...chain, ...revocation.lists]).map((one) => one.sha256);
  if (digests.length === 0) return [];
  const items = await stores.verdicts.trustItems([...new Set(digests)]);
  return items.sort((left, right) => (left.sha256 < right.sha256 ? -1 : 1));
}

/** Null where there is no consent to tell of. */
async function unlessNone<Found>(found: Promise<Found>): Promise<Found | null> {
  try {
    return await found;
  } catch (error) {
    if (error instanceof AppError && error.code === 'no_consent') return null;
    throw error;
  }
}
