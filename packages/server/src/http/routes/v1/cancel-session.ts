import { cancelSession as endpoint } from '@tijori/wire';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Session } from '../../../domain/session.ts';
import type { Deps } from '../../../usecases/deps.ts';
import { cancelSession } from '../../../usecases/sessions/cancel.ts';
import { ignoreBodies } from '../../body.ts';
import { idempotent } from '../../idempotency.ts';
import { callerOf } from '../../identity.ts';
import { toWireV1Session } from '../../present-v1-session.ts';
import { routerPath } from '../path.ts';

type Route = { Params: { session_id: string } };

/** In a scope of its own, since it reads no body: clients send nothing, or `{}`. */
export async function cancelSessionRoute(app: FastifyInstance, { deps }: { deps: Deps }): Promise<void> {
  ignoreBodies(app);
  app.route<Route>({
    method: endpoint.method,
    url: routerPath(endpoint.path),
    config: { problem: true },
    schema: { params: endpoint.params, response: { 200: endpoint.response } },
    handler: idempotent(deps, async (request: FastifyRequest<Route>, _reply, keep) => {
      const present = (session: Session) => toWireV1Session(session, deps);
      const { session_id: id } = request.params;
      return present(await cancelSession(deps, callerOf(request), id, (ended) => keep(id, () => present(ended))));
    }),
  });
}
