import { apiSessionResponseEntity, initApiSession as endpoint, type InitApiSessionRequest } from '@tijori/wire';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Session } from '../../domain/session.ts';
import type { Deps } from '../../usecases/deps.ts';
import { authorizePath } from '../../usecases/journey/attempt.ts';
import { createSession } from '../../usecases/sessions/create.ts';
import { success } from '../envelope.ts';
import { idempotent } from '../idempotency.ts';
import { callerOf } from '../identity.ts';
import { bodyRules, fromInitSession } from '../parse-session.ts';
import { scenarioOf } from '../scenario-header.ts';

type Route = { Body: InitApiSessionRequest };

export function initApiSessionRoute(app: FastifyInstance, deps: Deps): void {
  app.route<Route>({
    method: endpoint.method,
    url: endpoint.path,
    schema: { body: endpoint.body, response: { 200: endpoint.response } },
    handler: idempotent(deps, async (request: FastifyRequest<Route>, _reply, keep) => {
      const caller = callerOf(request);
      const present = (session: Session) =>
        success(request, session.createdAtMs, {
          '@entity': apiSessionResponseEntity,
          authorization_url: deps.baseUrl + authorizePath(session.id),
          session_id: session.id,
        });
      const asked = { ...fromInitSession(request.body, bodyRules(deps, caller)), scenario: scenarioOf(request) };
      return present(await createSession(deps, caller, asked, (made) => keep(made.id, () => present(made))));
    }),
  });
}
