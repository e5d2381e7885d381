import { createHash } from 'node:crypto';
import { docTypeNamed } from '@tijori/wire';
import { AppError } from '../../domain/app-error.ts';
import { type Document, documentLabel, type HeldFile } from '../../domain/document.ts';
import type { Session } from '../../domain/session.ts';
import type { Deps } from '../deps.ts';
import { openGrant } from '../journey/attempt.ts';

/**
 * Fetches one consented document and puts it into the vault: bytes first, then the row that names them. Resolves to the
 * document as held. If another call was faster, its bytes stand and ours are removed.
 *
 * Rejects with an upstream error, `storage_full`, or `data_not_found` when it was erased meanwhile.
 */
export async function collectDocument(deps: Deps, session: Session, document: Document): Promise<Document> {
  if (document.state !== 'pending') return document;
  const upstream = deps.upstreams[session.mode];
  const secrets = await deps.stores.secrets.find(session.id);
  const type = docTypeNamed(document.docType);
  if (!upstream || !secrets || !type) throw new AppError('upstream_unavailable', { detail: 'no upstream or no grant' });
  const grant = openGrant(deps.seal, session, secrets.sealedGrant);
  const fetched = await upstream.fetchDocument(
    grant,
    {
      uri: document.uri,
      upstreamCode: document.upstreamCode,
      issuerId: document.issuerId,
      issuer: document.issuer,
      name: document.name,
      description: document.description,
      mimes: document.mimes,
    },
    type.mime,
  );
  const blob = deps.newId();
  const { wrappedKey, sealed } = deps.seal.sealFile(fetched.bytes, documentLabel(document));
  await deps.blobs.put(blob, sealed);
  const held: HeldFile = {
    blob,
    contentType: fetched.contentType,
    sizeBytes: fetched.bytes.length,
    sha256: createHash('sha256').update(fetched.bytes).digest('hex'),
    wrappedKey,
    fetchedAtMs: deps.now(),
  };
  const outcome = await deps.stores.commit([
    deps.stores.documents.holding(document.id, held),
    deps.stores.audit.insertion({
      workspaceId: session.workspaceId,
      sessionId: session.id,
      atMs: held.fetchedAtMs,
      actor: 'system',
      action: 'document.held',
      detail: `${document.docType} sha256:${held.sha256}`,
    }),
  ]);
  if (outcome === 'committed') return { ...document, state: 'held', held };
  await deps.blobs.remove(blob);
  const now = await deps.stores.documents.find(document.id);
  if (now?.state !== 'held') throw new AppError('data_not_found', { fill: { id: session.id } });
  return now;
}

/** Fetches all that a session still waits for. Never rejects: what fails is fetched again on demand, or by the sweep. */
export async function collectSession(deps: Deps, sessionId: string): Promise<void> {
  try {
    const session = await deps.stores.sessions.find(sessionId);
    const documents = session ? await deps.stores.documents.ofSession(sessionId) : [];
    for (const document of documents) {
      if (deps.background.stopping) return;
      if (session) await collectDocument(deps, session, document).catch((error) => tellNotYet(deps, sessionId, error));
    }
  } catch (error) {
    tellNotYet(deps, sessionId, error);
  }
}

function tellNotYet({ log }: Deps, sessionId: string, error: unknown): void {
  const { code, detail } = error instanceof AppError ? error : { code: 'internal', detail: undefined };
  log.warn({ session: sessionId, code, detail }, 'a document could not be fetched yet');
}
