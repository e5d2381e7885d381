import { type DocTypeName, type DriveFile, driveFileEntity, sdkSessionDocument as endpoint } from '@tijori/wire';
import type { FastifyInstance } from 'fastify';
import { toVendorDate } from '../../domain/document.ts';
import type { Deps } from '../../usecases/deps.ts';
import { type Delivery, deliverDocuments } from '../../usecases/documents/deliver.ts';
import { success } from '../envelope.ts';
import { callerOf } from '../identity.ts';
import { routerPath } from './path.ts';

export function sdkSessionDocumentRoute(app: FastifyInstance, deps: Deps): void {
  app.route<{ Params: { session_id: string; doc_type: DocTypeName } }>({
    method: endpoint.method,
    url: routerPath(endpoint.path),
    schema: { params: endpoint.params, response: { 200: endpoint.response } },
    handler: async (request) => {
      const { session_id: sessionId, doc_type: docType } = request.params;
      const deliveries = await deliverDocuments(deps, callerOf(request), { sessionId, docType });
      return success(request, deps.now(), { files: deliveries.map(toWireFile) });
    },
  });
}

/** The vendor's file, its five metadata keys in its own mixed case (sandbox-api §1.4). */
function toWireFile({ document, url }: Delivery): DriveFile {
  const fetchedOn = new Date(document.held?.fetchedAtMs ?? 0).toISOString();
  return {
    '@entity': driveFileEntity,
    url,
    size: document.held?.sizeBytes ?? 0,
    metadata: {
      ContentType: document.held?.contentType ?? '',
      issuer_id: document.issuerId,
      issuer: document.issuer,
      LastModified: toVendorDate(document.issuedOn ?? fetchedOn),
      description: document.description,
    },
  };
}
