import { cancelSession as endpoint } from '@tijori/wire';
import type { FastifyInstance } from 'fastify';
import type { Deps } from '../../../usecases/deps.ts';
import { cancelSession } from '../../../usecases/sessions/cancel.ts';
import { ignoreBodies } from '../../body.ts';
import { callerOf } from '../../identity.ts';
import { toWireV1Session } from '../../present-v1-session.ts';
import { routerPath } from '../path.ts';

/** In a scope of its own, since it reads no body: clients send nothing, or `{}`. */
export async function cancelSessionRoute(app: FastifyInstance, { deps }: { deps: Deps }): Promise<void> {
  ignoreBodies(app);
  app.route<{ Params: { session_id: string } }>({
    method: endpoint.method,
    url: routerPath(endpoint.path),
    config: { problem: true },
    schema: { params: endpoint.params, response: { 200: endpoint.response } },
    handler: async (request) =>
      toWireV1Session(await cancelSession(deps, callerOf(request), request.params.session_id), deps),
  });
}
