import { randomUUID } from 'node:crypto';
import type { DocTypeName } from '@tijori/wire';
import { boot } from '../packages/server/src/boot.ts';
import { readStartConfig } from '../packages/server/src/config.ts';
import { holdDocument } from '../packages/server/src/testing/hold-document.ts';
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
      await holdDocument(deps, session, { docType, bytes, contentType: 'application/pdf', fetchedAtMs: nowMs });
    }
    return session.id;
  } finally {
    await gateway.stop();
  }
}
