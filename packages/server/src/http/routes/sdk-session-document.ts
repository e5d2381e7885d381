import { type DocTypeName, sdkSessionDocument as endpoint } from '@tijori/wire';
import type { FastifyInstance } from 'fastify';
import type { Deps } from '../../usecases/deps.ts';
import { deliverDocuments } from '../../usecases/documents/deliver.ts';
import { success } from '../envelope.ts';
import { callerOf } from '../identity.ts';
import { toWireFile } from '../present-file.ts';
import { routerPath } from './path.ts';

export function sdkSessionDocumentRoute(app: FastifyInstance, deps: Deps): void {
  app.route<{ Params: { session_id: string; doc_type: DocTypeName } }>({
    method: endpoint.method,
    url: routerPath(endpoint.path),
    schema: { params: endpoint.params, response: { 200: endpoint.response } },
    handler: async (request) => {
      const { session_id: sessionId, doc_type: docType } = request.params;
      const deliveries = await deliverDocuments(deps, callerOf(request), { sessionId, docType, family: 'sdk' });
      return success(request, deps.now(), { files: deliveries.map(toWireFile) });
    },
  });
}
