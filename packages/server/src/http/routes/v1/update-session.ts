import { updateSession as endpoint, type UpdateSessionRequest } from '@tijori/wire';
import type { FastifyInstance } from 'fastify';
import type { Deps } from '../../../usecases/deps.ts';
import { updateSession } from '../../../usecases/sessions/update.ts';
import { callerOf } from '../../identity.ts';
import { toWireV1Session } from '../../present-v1-session.ts';
import { routerPath } from '../path.ts';

export function updateSessionRoute(app: FastifyInstance, deps: Deps): void {
  app.route<{ Params: { session_id: string }; Body: UpdateSessionRequest }>({
    method: endpoint.method,
    url: routerPath(endpoint.path),
    config: { problem: true },
    schema: { params: endpoint.params, body: endpoint.body, response: { 200: endpoint.response } },
    handler: async (request) => {
      const session = await updateSession(deps, callerOf(request), request.params.session_id, request.body);
      return toWireV1Session(session, deps);
    },
  });
}
