import { type CreateSdkSessionRequest, createSdkSession as endpoint, sdkSessionEntity } from '@tijori/wire';
import type { FastifyInstance } from 'fastify';
import type { Deps } from '../../usecases/deps.ts';
import { createSession } from '../../usecases/sessions/create.ts';
import { success } from '../envelope.ts';
import { callerOf } from '../identity.ts';
import { scenarioOf } from '../scenario-header.ts';

export function createSdkSessionRoute(app: FastifyInstance, deps: Deps): void {
  app.route<{ Body: CreateSdkSessionRequest }>({
    method: endpoint.method,
    url: endpoint.path,
    schema: { body: endpoint.body, response: { 200: endpoint.response } },
    handler: async (request) => {
      const { flow, doc_types: docTypes } = request.body;
      const session = await createSession(deps, callerOf(request), {
        flow,
        docTypes,
        scenario: scenarioOf(request),
      });
      return success(request, session.createdAtMs, {
        '@entity': sdkSessionEntity,
        id: session.id,
        status: session.status,
        created_at: session.createdAtMs,
      });
    },
  });
}
