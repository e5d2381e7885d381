import { type CreateSessionRequest, createSession as endpoint } from '@tijori/wire';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Session } from '../../../domain/session.ts';
import type { Deps } from '../../../usecases/deps.ts';
import { createSession } from '../../../usecases/sessions/create.ts';
import { idempotent } from '../../idempotency.ts';
import { callerOf } from '../../identity.ts';
import { bodyRules, fromCreateSession } from '../../parse-session.ts';
import { toWireV1Session } from '../../present-v1-session.ts';
import { scenarioOf } from '../../scenario-header.ts';

type Route = { Body: CreateSessionRequest };

export function createSessionRoute(app: FastifyInstance, deps: Deps): void {
  app.route<Route>({
    method: endpoint.method,
    url: endpoint.path,
    config: { problem: true },
    schema: { body: endpoint.body, response: { [endpoint.status]: endpoint.response } },
    handler: idempotent(deps, async (request: FastifyRequest<Route>, reply, keep) => {
      const caller = callerOf(request);
      const asked = { ...fromCreateSession(request.body, bodyRules(deps, caller)), scenario: scenarioOf(request) };
      const about = ({ id }: Session) => ({
        status: endpoint.status,
        headers: { location: `${deps.baseUrl}${endpoint.path}/${id}` },
      });
      const session = await createSession(deps, caller, asked, (made) =>
        keep(made.id, () => toWireV1Session(made, deps), about(made)),
      );
      const { status, headers } = about(session);
      reply.code(status).headers(headers);
      return toWireV1Session(session, deps);
    }),
  });
}
