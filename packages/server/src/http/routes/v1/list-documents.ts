import { listDocuments as endpoint } from '@tijori/wire';
import type { FastifyInstance } from 'fastify';
import type { Deps } from '../../../usecases/deps.ts';
import { listDocuments } from '../../../usecases/documents/list.ts';
import { callerOf } from '../../identity.ts';
import { toWireDocuments } from '../../present-documents.ts';
import { routerPath } from '../path.ts';

export function listDocumentsRoute(app: FastifyInstance, deps: Deps): void {
  app.route<{ Params: { session_id: string } }>({
    method: endpoint.method,
    url: routerPath(endpoint.path),
    config: { problem: true },
    schema: { params: endpoint.params, response: { 200: endpoint.response } },
    handler: async (request) => {
      const listed = await listDocuments(deps, callerOf(request), request.params.session_id);
      return toWireDocuments(listed);
    },
  });
}
