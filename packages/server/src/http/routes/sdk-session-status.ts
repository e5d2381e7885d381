import { sdkSessionStatus as endpoint } from '@tijori/wire';
import type { FastifyInstance } from 'fastify';
import type { Deps } from '../../usecases/deps.ts';
import { sessionStatus } from '../../usecases/sessions/status.ts';
import { success } from '../envelope.ts';
import { callerOf } from '../identity.ts';
import { toWireSdkSession } from '../present-session.ts';
import { sayOutcome } from '../scenario-header.ts';
import { routerPath } from './path.ts';

export function sdkSessionStatusRoute(app: FastifyInstance, deps: Deps): void {
  app.route<{ Params: { session_id: string } }>({
    method: endpoint.method,
    url: routerPath(endpoint.path),
    schema: { params: endpoint.params, response: { 200: endpoint.response } },
    handler: async (request, reply) => {
      const { session_id: sessionId } = request.params;
      const session = await sessionStatus(deps, callerOf(request), { sessionId, family: 'sdk' });
      sayOutcome(reply, session);
      return success(request, deps.now(), toWireSdkSession(session));
    },
  });
}
