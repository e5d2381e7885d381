import { sessionData as endpoint, type SessionDataQuery } from '@tijori/wire';
import type { FastifyInstance } from 'fastify';
import type { Deps } from '../../../usecases/deps.ts';
import { readSessionData } from '../../../usecases/documents/data.ts';
import { callerOf } from '../../identity.ts';
import { toWireData } from '../../present-data.ts';
import { routerPath } from '../path.ts';

export function sessionDataRoute(app: FastifyInstance, deps: Deps): void {
  app.route<{ Params: { session_id: string }; Querystring: SessionDataQuery }>({
    method: endpoint.method,
    url: routerPath(endpoint.path),
    config: { problem: true },
    schema: { params: endpoint.params, querystring: endpoint.query, response: { 200: endpoint.response } },
    handler: async (request) => {
      const personalFor = request.query.personal_for;
      const which = { sessionId: request.params.session_id, personalFor };
      return toWireData(await readSessionData(deps, callerOf(request), which), personalFor !== undefined);
    },
  });
}
