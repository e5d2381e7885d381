import { followUpSession as endpoint } from '@tijori/wire';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Session } from '../../../domain/session.ts';
import type { Deps } from '../../../usecases/deps.ts';
import { followUp } from '../../../usecases/sessions/follow-up.ts';
import { ignoreBodies } from '../../body.ts';
import { idempotent } from '../../idempotency.ts';
import { callerOf } from '../../identity.ts';
import { toWireV1Session } from '../../present-v1-session.ts';
import { routerPath } from '../path.ts';

type Route = { Params: { session_id: string } };

/** In a scope of its own, since it reads no body: clients send nothing, or `{}`. */
export async function followUpSessionRoute(app: FastifyInstance, { deps }: { deps: Deps }): Promise<void> {
  ignoreBodies(app);
  app.route<Route>({
    method: endpoint.method,
    url: routerPath(endpoint.path),
    config: { problem: true },
    schema: { params: endpoint.params, response: { [endpoint.status]: endpoint.response } },
    handler: idempotent(deps, async (request: FastifyRequest<Route>, reply, keep) => {
      const present = (session: Session) => toWireV1Session(session, deps);
      const about = ({ id }: Session) => ({
        status: endpoint.status,
        headers: { location: `${deps.baseUrl}/v1/sessions/${id}` },
      });
      const session = await followUp(deps, callerOf(request), request.params.session_id, (made) =>
        keep(made.id, () => present(made), about(made)),
      );
      const { status, headers } = about(session);
      reply.code(status).headers(headers);
      return present(session);
    }),
  });
}
