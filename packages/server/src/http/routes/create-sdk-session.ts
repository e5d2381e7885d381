import { type CreateSdkSessionRequest, createSdkSession as endpoint, sdkSessionEntity } from '@tijori/wire';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Session } from '../../domain/session.ts';
import type { Deps } from '../../usecases/deps.ts';
import { createSession } from '../../usecases/sessions/create.ts';
import { success } from '../envelope.ts';
import { idempotent } from '../idempotency.ts';
import { callerOf } from '../identity.ts';
import { scenarioOf } from '../scenario-header.ts';

type Route = { Body: CreateSdkSessionRequest };

export function createSdkSessionRoute(app: FastifyInstance, deps: Deps): void {
  app.route<Route>({
    method: endpoint.method,
    url: endpoint.path,
    schema: { body: endpoint.body, response: { 200: endpoint.response } },
    handler: idempotent(deps, async (request: FastifyRequest<Route>, _reply, keep) => {
      const { flow, doc_types: docTypes } = request.body;
      const present = (session: Session) =>
        success(request, session.createdAtMs, {
          '@entity': sdkSessionEntity,
          id: session.id,
          status: session.status,
          created_at: session.createdAtMs,
        });
      const asked = { flow, docTypes, scenario: scenarioOf(request) };
      return present(await createSession(deps, callerOf(request), asked, (made) => keep(made.id, () => present(made))));
    }),
  });
}
