import {
  apiSessionEntityDetails,
  apiSessionUserProfile,
  sdkSessionEntityDetails,
  sdkSessionUserProfile,
} from '@tijori/wire';
import type { FastifyInstance } from 'fastify';
import type { Deps } from '../../usecases/deps.ts';
import { readProfile } from '../../usecases/profiles/read.ts';
import { success } from '../envelope.ts';
import { callerOf } from '../identity.ts';
import { toWireEntityDetails, toWireUserProfile } from '../present-profile.ts';
import { routerPath } from './path.ts';

type Params = { Params: { session_id: string } };

/** Entity and person, the same two in both of the vendor's families. */
export function sessionProfileRoutes(app: FastifyInstance, deps: Deps): void {
  const entities = [[sdkSessionEntityDetails, 'sdk'] as const, [apiSessionEntityDetails, 'api'] as const];
  for (const [endpoint, family] of entities) {
    app.route<Params>({
      method: endpoint.method,
      url: routerPath(endpoint.path),
      schema: { params: endpoint.params, response: { 200: endpoint.response } },
      handler: async (request) => {
        const wanted = { sessionId: request.params.session_id, family, part: 'entity' as const };
        const { session, part } = await readProfile(deps, callerOf(request), wanted);
        return success(request, deps.now(), toWireEntityDetails(session, part));
      },
    });
  }
  const people = [[sdkSessionUserProfile, 'sdk'] as const, [apiSessionUserProfile, 'api'] as const];
  for (const [endpoint, family] of people) {
    app.route<Params>({
      method: endpoint.method,
      url: routerPath(endpoint.path),
      schema: { params: endpoint.params, response: { 200: endpoint.response } },
      handler: async (request) => {
        const wanted = { sessionId: request.params.session_id, family, part: 'user' as const };
        const { session, part } = await readProfile(deps, callerOf(request), wanted);
        return success(request, deps.now(), toWireUserProfile(session, part));
      },
    });
  }
}
