import { hash, randomBytes, randomUUID } from 'node:crypto';
import type { DocTypeName } from '@tijori/wire';
import { blobNameOf, type Document, documentLabel } from '../domain/document.ts';
import type { Session } from '../domain/session.ts';
import type { Deps } from '../usecases/deps.ts';

type Vault = Pick<Deps, 'stores' | 'seal' | 'blobs'>;

interface Content {
  docType: DocTypeName;
  bytes: Buffer;
  contentType: string;
  fetchedAtMs: number;
  /** Where it stands among the session's documents. */
  position?: number;
}

/**
 * Puts a document into the vault by the gateway's own seal, files and stores, as one that came with the consent: for sizes that no
 * simulator has. Resolves to it as held. For tests and measurements only.
 */
export async function holdDocument(
  { stores, seal, blobs }: Vault,
  { id: sessionId, workspaceId }: Pick<Session, 'id' | 'workspaceId'>,
  { docType, bytes, contentType, fetchedAtMs, position = 0 }: Content,
): Promise<Document> {
  const document: Document = {
    id: randomUUID(),
    sessionId,
    workspaceId,
    docType,
    uri: `in.gov.example-LARGE-${randomBytes(4).toString('hex').toUpperCase()}`,
    upstreamCode: 'LARGE',
    issuerId: 'in.gov.example',
    issuer: 'Example issuer (fictional)',
    name: 'Large',
    description: 'A document that is larger than most',
    issuedOn: null,
    mimes: [contentType],
    state: 'pending',
    failure: null,
    lastFailure: null,
    tries: 0,
    held: null,
  };
  const blob = blobNameOf(document.id, randomUUID());
  const { wrappedKey, sealed } = seal.sealFile(bytes, documentLabel(document));
  await blobs.put(blob, sealed);
  const sha256 = hash('sha256', bytes);
  const held = { blob, contentType, sizeBytes: bytes.length, sha256, wrappedKey, fetchedAtMs, keptUntilMs: null };
  await stores.commit([stores.documents.insertion(document, position), stores.documents.holding(document.id, held)]);
  return { ...document, state: 'held', held };
}
