import { type BrowserCallParams, browserInit as endpoint, sdkAuthorizationEntity } from '@tijori/wire';
import type { FastifyInstance } from 'fastify';
import { bindBrowser } from '../../usecases/browser/bind.ts';
import type { Deps } from '../../usecases/deps.ts';
import { success } from '../envelope.ts';
import { callerOf } from '../identity.ts';
import type { sdkCookie } from '../sdk-cookie.ts';
import { routerPath } from './path.ts';

export function browserInitRoute(app: FastifyInstance, deps: Deps, cookie: ReturnType<typeof sdkCookie>): void {
  app.route<{ Params: BrowserCallParams }>({
    method: endpoint.method,
    url: routerPath(endpoint.path),
    schema: { params: endpoint.params, response: { 200: endpoint.response } },
    handler: async (request, reply) => {
      const { session_id: sessionId } = request.params;
      const browserId = cookie.read(request, sessionId);
      const bound = await bindBrowser(deps, callerOf(request), { sessionId, browserId });
      if (bound.newBrowserId !== undefined) {
        const maxAge = Math.ceil((bound.expiresAtMs - deps.now()) / 1000);
        cookie.set(reply, sessionId, { value: bound.newBrowserId, maxAge });
      }
      return success(request, deps.now(), { '@entity': sdkAuthorizationEntity, access_token: bound.sdkToken });
    },
  });
}
