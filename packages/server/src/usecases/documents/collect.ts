import { createHash } from 'node:crypto';
import { docTypeNamed } from '@tijori/wire';
import { AppError } from '../../domain/app-error.ts';
import {
  blobNameOf,
  type Document,
  documentLabel,
  type HeldFile,
  keptUntilMs,
  retryWaitMs,
} from '../../domain/document.ts';
import type { Session } from '../../domain/session.ts';
import type { Statement } from '../../storage/db.ts';
import { consentEnded } from '../../upstream/refusal.ts';
import type { FetchedDocument, Grant, Upstream } from '../../upstream/upstream.ts';
import type { Deps } from '../deps.ts';
import { recordOfSession } from '../events/record.ts';
import { openGrant } from '../journey/attempt.ts';
import { isSameGrant } from '../journey/note-grant.ts';
import { withGrant } from '../journey/with-grant.ts';

/**
 * Fetches one consented document, has its signature judged and puts it into the vault: bytes first, then the row that
 * names them, with the verdict in the same commit. Whatever the verdict, the document is held and delivered. Resolves to
 * the document as held. If another call was faster, its bytes stand and ours are removed.
 *
 * Several who want the same document at once share one fetch: the second could find the consent ended that the first had
 * just used. Rejects with an upstream error, `storage_full`, `consent_ended`, or `data_not_found` when it was erased
 * meanwhile.
 */
export async function collectDocument(deps: Deps, session: Session, document: Document): Promise<Document> {
  if (document.state === 'held' || document.state === 'erased') return document;
  const underway = deps.collecting.get(document.id);
  if (underway) return underway;
  const fetching = collect(deps, session, document).finally(() => deps.collecting.delete(document.id));
  deps.collecting.set(document.id, fetching);
  return fetching;
}

/** Documents that are being fetched, by id. */
export type Collecting = Map<string, Promise<Document>>;

async function collect(deps: Deps, session: Session, { id }: Document): Promise<Document> {
  // Read anew: a fetch that has just ended may have changed it.
  const document = await deps.stores.documents.find(id);
  if (!document) throw new AppError('data_not_found', { fill: { id: session.id } });
  if (document.state === 'failed') throw failureOf(document);
  if (document.state !== 'pending') return document;
  const upstream = deps.upstreams[session.mode];
  if (!upstream) throw new AppError('upstream_unavailable', { detail: `no upstream for ${session.mode} sessions` });
  const fetched = await fetchOrEnd(deps, session, document, upstream).catch(async (error: unknown) => {
    await noteDelay(deps, session, document, error);
    throw error;
  });
  return hold(deps, session, document, fetched);
}

/** Bytes first, then the row that names them: until then no search takes the file, since its document is still to come. */
async function hold(deps: Deps, session: Session, document: Document, fetched: FetchedDocument): Promise<Document> {
  const blob = blobNameOf(document.id, deps.newId());
  const { wrappedKey, sealed } = deps.seal.sealFile(fetched.bytes, documentLabel(document));
  const judgedAtMs = deps.now();
  const [judgement] = await Promise.all([
    deps.verifier.judge(fetched.bytes, { store: session.mode, judgedAtMs, document: document.upstreamCode }),
    deps.blobs.put(blob, sealed),
  ]);
  const { state, reason } = judgement.verdict;
  const verdict = await deps.stores.verdicts.insertions(document, judgement);
  const fetchedAtMs = deps.now();
  const held: HeldFile = {
    blob,
    contentType: fetched.contentType,
    sizeBytes: fetched.bytes.length,
    sha256: createHash('sha256').update(fetched.bytes).digest('hex'),
    wrappedKey,
    fetchedAtMs,
    keptUntilMs: keptUntilMs(session, { fetchedAtMs, retentionMs: deps.limits.retentionMs }),
  };
  const outcome = await deps.stores.commit([
    deps.stores.documents.holding(document.id, held),
    ...lateHolding(deps, session, held),
    deps.stores.audit.insertion(session, {
      atMs: held.fetchedAtMs,
      actor: 'system',
      action: 'document.held',
      detail: `${document.docType} sha256:${held.sha256}`,
    }),
    ...verdict,
    deps.stores.audit.insertion(session, {
      atMs: held.fetchedAtMs,
      actor: 'system',
      action: 'document.judged',
      detail: [document.docType, state, reason].filter(Boolean).join(' '),
    }),
    ...recordOfSession(deps, session, {
      type: 'entitylocker.document.available',
      atMs: held.fetchedAtMs,
      details: { document: { id: document.id, type: document.docType, verdict: state } },
    }),
  ]);
  if (outcome === 'committed') return { ...document, state: 'held', held };
  await deps.blobs.remove(blob);
  const now = await deps.stores.documents.find(document.id);
  if (now?.state !== 'held') throw new AppError('data_not_found', { fill: { id: session.id } });
  return now;
}

/** The session's documents are looked at when the first of them has been kept long enough. */
function lateHolding({ stores }: Deps, session: Session, { keptUntilMs: untilMs }: HeldFile): Statement[] {
  return untilMs === null ? [] : [stores.sessions.holdingAtMost(session.id, untilMs)];
}

/** Why a document has not come yet: in its row, and in the timeline whenever it is another reason than before. */
async function noteDelay(deps: Deps, session: Session, document: Document, error: unknown): Promise<void> {
  if (!(error instanceof AppError) || error.code === document.lastFailure) return;
  const { id, docType } = document;
  const entry = {
    atMs: deps.now(),
    actor: 'system',
    action: 'document.delayed',
    detail: `${docType} ${error.code}`,
  } as const;
  await deps.stores.commit([deps.stores.documents.delay(id, error.code), deps.stores.audit.insertion(session, entry)]);
}

/** The bytes. When the consent is over, everything that the session still waits for is given up, and says why. */
async function fetchOrEnd(
  deps: Deps,
  session: Session,
  document: Document,
  upstream: Upstream,
): Promise<FetchedDocument> {
  const { uri, upstreamCode, issuerId, issuer, name, description, mimes } = document;
  const issued = { uri, upstreamCode, issuerId, issuer, name, description, mimes };
  const mime = docTypeNamed(document.docType)?.mime ?? 'application/pdf';
  let used: Grant | undefined;
  try {
    return await withGrant(deps, session, upstream, (grant) => {
      used = grant;
      return upstream.fetchDocument(grant, issued, mime);
    });
  } catch (error) {
    if (!used || !consentEnded(error)) throw error;
    if (!(await endConsent(deps, session, used))) {
      throw new AppError('upstream_unavailable', {
        detail: 'the grant was replaced when its refusal came',
        cause: error,
      });
    }
    throw new AppError('consent_ended', { fill: { doc_type: document.docType }, cause: error });
  }
}

/**
 * What is held stays until its time is over: it was fetched while the consent stood. `false`, with nothing done: the session has another
 * grant by now than the one that was refused, or none.
 */
async function endConsent(deps: Deps, session: Session, refused: Grant): Promise<boolean> {
  const { stores, seal, now } = deps;
  const atMs = now();
  const secrets = await stores.secrets.find(session.id);
  if (!secrets || !isSameGrant(openGrant(seal, session, secrets.sealedGrant), refused)) return false;
  const waiting = (await stores.documents.ofSession(session.id)).filter(({ state }) => state === 'pending');
  const missing = [...new Set(waiting.map(({ docType }) => docType))];
  const outcome = await stores.commit([
    stores.secrets.grantStands(session.id, secrets.sealedGrant),
    stores.documents.failureOfSession(session.id, 'consent_ended'),
    stores.consents.insertion(session, { kind: 'ended_upstream', atMs, facts: { missing } }),
    stores.audit.insertion(session, {
      atMs,
      actor: 'system',
      action: 'consent.ended',
    }),
    ...waiting.flatMap(({ id, docType }) =>
      recordOfSession(deps, session, {
        type: 'entitylocker.document.failed',
        atMs,
        details: { document: { id, type: docType, code: 'consent_ended' } },
      }),
    ),
  ]);
  return outcome === 'committed';
}

function failureOf({ failure, docType }: Document): AppError {
  return new AppError(failure ?? 'upstream_refused', { fill: { doc_type: docType } });
}

/**
 * One more try for a document that has not come, by the clockwork: claimed first, so that of several nodes one asks. `false`:
 * it failed, and has its turn again later.
 */
export async function retryDocument(deps: Deps, document: Document): Promise<boolean> {
  const { stores } = deps;
  const session = await stores.sessions.find(document.sessionId);
  if (!session) return true;
  const nowMs = deps.now();
  const next = nowMs + retryWaitMs(nowMs - (session.updatedAtMs ?? nowMs));
  if ((await stores.commit([stores.documents.attempt(document, next)])) === 'conflict') return true;
  try {
    await collectDocument(deps, session, document);
    return true;
  } catch (error) {
    tellNotYet(deps, session.id, error);
    return false;
  }
}

/** Fetches all that a session still waits for. Never rejects: what fails is fetched again on demand, or by the sweep. */
export async function collectSession(deps: Deps, sessionId: string): Promise<void> {
  try {
    const session = await deps.stores.sessions.find(sessionId);
    if (!session) return;
    for (const { id, state } of await deps.stores.documents.ofSession(sessionId)) {
      if (deps.background.stopping) return;
      if (state !== 'pending') continue;
      // Read anew: the one before it may have found the consent to be over for all of them.
      const document = await deps.stores.documents.find(id);
      if (document?.state !== 'pending') continue;
      await collectDocument(deps, session, document).catch((error) => tellNotYet(deps, sessionId, error));
    }
  } catch (error) {
    tellNotYet(deps, sessionId, error);
  }
}

function tellNotYet({ log }: Deps, sessionId: string, error: unknown): void {
  const { code, detail } = error instanceof AppError ? error : { code: 'internal', detail: undefined };
  log.warn({ session: sessionId, code, detail }, 'a document could not be fetched yet');
}
