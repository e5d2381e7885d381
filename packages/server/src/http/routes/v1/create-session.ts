import { type CreateSessionRequest, createSession as endpoint } from '@tijori/wire';
import type { FastifyInstance } from 'fastify';
import type { Deps } from '../../../usecases/deps.ts';
import { createSession } from '../../../usecases/sessions/create.ts';
import { callerOf } from '../../identity.ts';
import { bodyRules, fromCreateSession } from '../../parse-session.ts';
import { toWireV1Session } from '../../present-v1-session.ts';
import { scenarioOf } from '../../scenario-header.ts';

export function createSessionRoute(app: FastifyInstance, deps: Deps): void {
  app.route<{ Body: CreateSessionRequest }>({
    method: endpoint.method,
    url: endpoint.path,
    config: { problem: true },
    schema: { body: endpoint.body, response: { [endpoint.status]: endpoint.response } },
    handler: async (request, reply) => {
      const caller = callerOf(request);
      const session = await createSession(deps, caller, {
        ...fromCreateSession(request.body, bodyRules(deps, caller)),
        scenario: scenarioOf(request),
      });
      reply.code(endpoint.status).header('location', `${deps.baseUrl}${endpoint.path}/${session.id}`);
      return toWireV1Session(session, deps);
    },
  });
}
