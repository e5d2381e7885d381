import { type BrowserAuthorizeRequest, browserAuthorize as endpoint, sdkAuthorizationEntity } from '@tijori/wire';
import type { FastifyInstance } from 'fastify';
import { confirmReturn } from '../../usecases/browser/confirm-return.ts';
import type { Deps } from '../../usecases/deps.ts';
import { sdkOf } from '../browser-caller.ts';
import { success } from '../envelope.ts';
import { routerPath } from './path.ts';

export function browserAuthorizeRoute(app: FastifyInstance, deps: Deps): void {
  app.route<{ Body: BrowserAuthorizeRequest }>({
    method: endpoint.method,
    url: routerPath(endpoint.path),
    schema: { params: endpoint.params, body: endpoint.body, response: { 200: endpoint.response } },
    handler: async (request) => {
      const { sdkToken } = await confirmReturn(deps, sdkOf(request), request.body.request_token);
      return success(request, deps.now(), { '@entity': sdkAuthorizationEntity, access_token: sdkToken });
    },
  });
}
