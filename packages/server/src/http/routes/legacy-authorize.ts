import { legacyAuthorize as endpoint, type LegacyAuthorizeQuery } from '@tijori/wire';
import type { FastifyInstance } from 'fastify';
import { renewAccess } from '../../usecases/access/renew.ts';
import type { Deps } from '../../usecases/deps.ts';
import { success } from '../envelope.ts';
import { header } from '../identity.ts';

/** Register it behind `requireCaller`: what is in `authorization` is judged there. */
export function legacyAuthorizeRoute(app: FastifyInstance, deps: Deps): void {
  app.route<{ Querystring: Partial<LegacyAuthorizeQuery> }>({
    method: endpoint.method,
    url: endpoint.path,
    schema: { response: { 200: endpoint.response } },
    handler: async (request) => {
      const { accessToken } = await renewAccess(deps, {
        authorization: header(request.headers.authorization),
        requestToken: header(request.query.request_token),
      });
      // In both places, as the old clients read the root (sandbox-api §1.15).
      return { ...success(request, deps.now(), { access_token: accessToken }), access_token: accessToken };
    },
  });
}
