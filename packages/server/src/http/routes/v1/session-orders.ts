import { cancelSession, redactSession, withdrawConsent } from '@tijori/wire';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Caller } from '../../../domain/api-key.ts';
import type { Session } from '../../../domain/session.ts';
import type { Statement } from '../../../storage/db.ts';
import { withdrawConsent as withdraw } from '../../../usecases/consent/withdraw.ts';
import type { Deps } from '../../../usecases/deps.ts';
import { cancelSession as cancel } from '../../../usecases/sessions/cancel.ts';
import { redactSession as redact } from '../../../usecases/sessions/redact.ts';
import { ignoreBodies } from '../../body.ts';
import { idempotent } from '../../idempotency.ts';
import { callerOf } from '../../identity.ts';
import { toWireV1Session } from '../../present-v1-session.ts';
import { routerPath } from '../path.ts';

type Route = { Params: { session_id: string } };
type Order = typeof cancelSession | typeof redactSession | typeof withdrawConsent;
type Act = (deps: Deps, caller: Caller, id: string, alongside: (session: Session) => Statement[]) => Promise<Session>;

/** What an integrator may order about a session of its own. In a scope of its own, since it reads no body: clients send nothing, or `{}`. */
export async function sessionOrders(app: FastifyInstance, { deps }: { deps: Deps }): Promise<void> {
  ignoreBodies(app);
  orderRoute(app, deps, cancelSession, cancel);
  orderRoute(app, deps, redactSession, redact);
  orderRoute(app, deps, withdrawConsent, withdraw);
}

function orderRoute(app: FastifyInstance, deps: Deps, endpoint: Order, act: Act): void {
  app.route<Route>({
    method: endpoint.method,
    url: routerPath(endpoint.path),
    config: { problem: true },
    schema: { params: endpoint.params, response: { 200: endpoint.response } },
    handler: idempotent(deps, async (request: FastifyRequest<Route>, _reply, keep) => {
      const present = (session: Session) => toWireV1Session(session, deps);
      const { session_id: id } = request.params;
      return present(await act(deps, callerOf(request), id, (changed) => keep(id, () => present(changed))));
    }),
  });
}
