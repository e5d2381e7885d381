import { apiSessionResponseEntity, initApiSession as endpoint, type InitApiSessionRequest } from '@tijori/wire';
import type { FastifyInstance } from 'fastify';
import type { Deps } from '../../usecases/deps.ts';
import { authorizePath } from '../../usecases/journey/attempt.ts';
import { createSession } from '../../usecases/sessions/create.ts';
import { success } from '../envelope.ts';
import { callerOf } from '../identity.ts';
import { bodyRules, fromInitSession } from '../parse-session.ts';
import { scenarioOf } from '../scenario-header.ts';

export function initApiSessionRoute(app: FastifyInstance, deps: Deps): void {
  app.route<{ Body: InitApiSessionRequest }>({
    method: endpoint.method,
    url: endpoint.path,
    schema: { body: endpoint.body, response: { 200: endpoint.response } },
    handler: async (request) => {
      const caller = callerOf(request);
      const session = await createSession(deps, caller, {
        ...fromInitSession(request.body, bodyRules(deps, caller)),
        scenario: scenarioOf(request),
      });
      return success(request, session.createdAtMs, {
        '@entity': apiSessionResponseEntity,
        authorization_url: deps.baseUrl + authorizePath(session.id),
        session_id: session.id,
      });
    },
  });
}
