import type { Caller } from '../../domain/api-key.ts';
import { type Document, documentIdOf, endOfHeld } from '../../domain/document.ts';
import type { CompanyMasterData, DocumentData, ReadFault } from '../../domain/document-data.ts';
import { type CinParts, parseCin } from '../../domain/identifiers.ts';
import { isoDate } from '../../domain/iso-date.ts';
import { type Check, checkBusiness } from '../../domain/matching/checks.ts';
import type { Session } from '../../domain/session.ts';
import type { Verdict } from '../../domain/verdict.ts';
import type { Deps } from '../deps.ts';
import { secretLabel } from '../journey/attempt.ts';
import type { Profile } from '../journey/complete.ts';
import { heldBytes } from './held-bytes.ts';
import { listDocuments } from './list.ts';

/** Why nothing was read from a document: it is not there, not genuine, about another company than the list says, or not to be read. */
export type NotReadReason = ReadFault | 'not_fetched' | 'gone' | 'not_genuine' | 'other_company';

/** One document, and what was read from it: only from genuine bytes, and only from what the signature covers. */
export interface ReadDocument {
  document: Document;
  verdict: Verdict | null;
  data: DocumentData | null;
  /** Null where something was read. */
  notRead: NotReadReason | null;
}

/** What EntityLocker says about the entity, unsigned: kept for as long as the documents are. */
export interface CompanyProfile {
  name: string | null;
  /** ISO day. */
  incorporatedOn: string | null;
}

export interface SessionData {
  session: Session;
  checks: readonly Check[];
  documents: readonly ReadDocument[];
  /** From EntityLocker's list, whose entry of a company's master details carries its CIN; the file itself is among the documents. */
  company: {
    document: Document;
    verdict: Verdict | null;
    cin: string;
    parts: CinParts;
    profile: CompanyProfile;
    /** What its master details say about themselves. */
    masterData: CompanyMasterData | null;
  } | null;
}

/**
 * What the documents of the caller's own session say. `personalFor` is the purpose for which fields of persons are asked
 * for; it is recorded before anything is shown.
 */
export async function readSessionData(
  deps: Deps,
  caller: Caller,
  { sessionId, personalFor }: { sessionId: string; personalFor: string | undefined },
): Promise<SessionData> {
  const { session, documents } = await listDocuments(deps, caller, sessionId);
  const read: ReadDocument[] = [];
  for (const { document, verdict } of documents) {
    const found = await dataOf(deps, session, document, verdict);
    read.push({
      document,
      verdict,
      ...(typeof found === 'string' ? { data: null, notRead: found } : { data: found, notRead: null }),
    });
  }
  if (personalFor !== undefined) {
    await deps.stores.commit([
      deps.stores.audit.insertion(session, {
        atMs: deps.now(),
        actor: 'integrator',
        action: 'personal_data.read',
        detail: personalFor,
      }),
    ]);
  }
  const listed = companyOf(deps, read);
  const found = read.flatMap(({ data }) => data ?? []);
  const masterData = found.find((data) => data.kind === 'company') ?? null;
  const company = listed && { ...listed, profile: await companyProfile(deps, session), masterData };
  const checks = checkBusiness({
    cin: company && { value: company.cin, parts: company.parts },
    profile: company?.profile ?? null,
    company: masterData,
    gst: found.filter((data) => data.kind === 'gst'),
    udyam: found.find((data) => data.kind === 'udyam') ?? null,
    expected: session.expectedEntity,
  });
  return { session, documents: read, company, checks };
}

async function dataOf(
  deps: Deps,
  session: Session,
  document: Document,
  verdict: Verdict | null,
): Promise<DocumentData | NotReadReason> {
  const { held, state } = document;
  if (state === 'pending' || state === 'failed') return 'not_fetched';
  if (!held || state !== 'held' || deps.now() >= endOfHeld(held, session)) return 'gone';
  if (verdict?.state !== 'genuine') return 'not_genuine';
  const bytes = await heldBytes(deps, document, held);
  if (!bytes) return 'gone';
  const order = { store: session.mode, judgedAtMs: verdict.judgedAtMs, document: document.upstreamCode };
  const reading = await deps.verifier.read(bytes, order);
  if (!reading?.data) return reading?.fault ?? 'not_genuine';
  const { data } = reading;
  return data.kind === 'company' && data.cin !== documentIdOf(document.uri) ? 'other_company' : data;
}

async function companyProfile({ stores, seal, now }: Deps, session: Session): Promise<CompanyProfile> {
  const isOver = now() >= (session.documentsExpireAtMs ?? 0);
  const secrets = isOver ? undefined : await stores.secrets.find(session.id);
  if (!secrets?.sealedProfile) return { name: null, incorporatedOn: null };
  const label = secretLabel(session, 'profile');
  const { entity } = JSON.parse(seal.openSmall(secrets.sealedProfile, label).toString()) as Profile;
  return { name: entity?.name ?? null, incorporatedOn: isoDate(entity?.dateOfIncorporation ?? null) };
}

function companyOf(
  { now }: Deps,
  read: readonly ReadDocument[],
): Omit<NonNullable<SessionData['company']>, 'profile' | 'masterData'> | null {
  for (const { document, verdict } of read) {
    if (document.docType !== 'company_master_details') continue;
    const parsed = parseCin(documentIdOf(document.uri), new Date(now()).getUTCFullYear());
    if (parsed.ok) return { document, verdict, cin: parsed.value, parts: parsed.parts };
  }
  return null;
}
