import { createHash, randomBytes, randomUUID } from 'node:crypto';
import type { DocTypeName } from '@tijori/wire';
import { boot } from '../packages/server/src/boot.ts';
import { readStartConfig } from '../packages/server/src/config.ts';
import { type Document, documentLabel } from '../packages/server/src/domain/document.ts';
import { sessionWith } from '../packages/server/src/testing/session.ts';
import { createKey } from '../packages/server/src/usecases/keys/create.ts';

/** The workspace that `tijori keys create` takes unless it is told another. */
const workspaceName = 'Default workspace';

/**
 * Makes a folder for `tijori start` in which one session holds a document of each of these sizes, put there by the gateway's own seal, vault and
 * stores. Documents of that size come from no simulator; how they got there makes no difference to whoever downloads them.
 */
export async function holdDocuments(
  settings: Record<string, string>,
  files: ReadonlyMap<DocTypeName, Buffer>,
): Promise<string> {
  const gateway = await boot({ ...readStartConfig(settings), log: { level: 'error' } });
  try {
    const { deps } = gateway;
    const { workspaceId } = await createKey(deps, { mode: 'test', workspaceName });
    const nowMs = Date.now();
    const session = sessionWith({
      id: randomUUID(),
      workspaceId,
      docTypes: [...files.keys()],
      documentsConsented: [...files.keys()],
      status: 'succeeded',
      createdAtMs: nowMs,
      updatedAtMs: nowMs,
      expiresAtMs: nowMs + 60 * 60_000,
      documentsExpireAtMs: nowMs + 60 * 60_000,
    });
    await deps.stores.commit([deps.stores.sessions.insertion(session)]);
    for (const [docType, bytes] of files) {
      const document = pending(workspaceId, session.id, docType);
      const { wrappedKey, sealed } = deps.seal.sealFile(bytes, documentLabel(document));
      const blob = randomUUID();
      await deps.blobs.put(blob, sealed);
      await deps.stores.commit([
        deps.stores.documents.insertion(document, 0),
        deps.stores.documents.holding(document.id, {
          blob,
          contentType: 'application/pdf',
          sizeBytes: bytes.length,
          sha256: createHash('sha256').update(bytes).digest('hex'),
          wrappedKey,
          fetchedAtMs: nowMs,
          keptUntilMs: null,
        }),
      ]);
    }
    return session.id;
  } finally {
    await gateway.stop();
  }
}

function pending(workspaceId: string, sessionId: string, docType: DocTypeName): Document {
  return {
    id: randomUUID(),
    sessionId,
    workspaceId,
    docType,
    uri: `in.gov.example-${randomBytes(4).toString('hex').toUpperCase()}-1`,
    upstreamCode: 'BENCH',
    issuerId: 'in.gov.example',
    issuer: 'Example issuer (fictional)',
    name: 'Bench',
    description: 'A document of the bench',
    issuedOn: null,
    mimes: ['application/pdf'],
    state: 'pending',
    failure: null,
    lastFailure: null,
    tries: 0,
    held: null,
  };
}
