import {
  docTypeNamed,
  browserDocuments as endpoint,
  type LockerDocument,
  lockerDocumentEntity,
  paginatedListEntity,
} from '@tijori/wire';
import type { FastifyInstance } from 'fastify';
import type { Document } from '../../domain/document.ts';
import { listDocuments } from '../../usecases/browser/list-documents.ts';
import type { Deps } from '../../usecases/deps.ts';
import { sdkOf } from '../browser-caller.ts';
import { success } from '../envelope.ts';
import { routerPath } from './path.ts';

export function browserDocumentsRoute(app: FastifyInstance, deps: Deps): void {
  app.route({
    method: endpoint.method,
    url: routerPath(endpoint.path),
    schema: { params: endpoint.params, response: { 200: endpoint.response } },
    handler: async (request) => {
      const { session, documents } = await listDocuments(deps, sdkOf(request));
      const consentedAtMs = session.updatedAtMs ?? session.createdAtMs;
      return success(request, deps.now(), {
        '@entity': paginatedListEntity,
        items: documents.map((document) => toWireLockerDocument(document, consentedAtMs)),
      });
    },
  });
}

/** The vendor's keys (sandbox-api §1.10), and nothing in them that the issuer wrote about this entity. */
function toWireLockerDocument({ docType, mimes, issuerId, upstreamCode }: Document, date: number): LockerDocument {
  const type = docTypeNamed(docType);
  const title = type?.title ?? docType;
  return {
    description: title,
    '@entity': lockerDocumentEntity,
    name: title,
    date,
    type: 'file',
    size: '',
    parent: '',
    mime: [...mimes],
    uri: `${issuerId}-${upstreamCode}-***`,
    doc_type: docType,
    issuer_id: issuerId,
    issuer: type?.issuer ?? '',
  };
}
