import { authorizationUrlEntity, browserAuthorizationUrl as endpoint } from '@tijori/wire';
import type { FastifyInstance } from 'fastify';
import { sendOff } from '../../usecases/browser/send-off.ts';
import type { Deps } from '../../usecases/deps.ts';
import { sdkOf } from '../browser-caller.ts';
import { success } from '../envelope.ts';
import { routerPath } from './path.ts';

export function browserAuthorizationUrlRoute(app: FastifyInstance, deps: Deps): void {
  app.route({
    method: endpoint.method,
    url: routerPath(endpoint.path),
    schema: { params: endpoint.params, response: { 200: endpoint.response } },
    handler: async (request) => {
      const { url } = await sendOff(deps, sdkOf(request));
      return success(request, deps.now(), { '@entity': authorizationUrlEntity, authorization_url: url });
    },
  });
}
