import { browserReset as endpoint } from '@tijori/wire';
import type { FastifyInstance } from 'fastify';
import type { Deps } from '../../usecases/deps.ts';
import { resetSession } from '../../usecases/sessions/reset.ts';
import { sdkOf } from '../browser-caller.ts';
import { done } from '../envelope.ts';
import { routerPath } from './path.ts';

export function browserResetRoute(app: FastifyInstance, deps: Deps): void {
  app.route({
    method: endpoint.method,
    url: routerPath(endpoint.path),
    schema: { params: endpoint.params, response: { 200: endpoint.response } },
    handler: async (request) => {
      const sdk = sdkOf(request);
      await resetSession(deps, sdk, sdk.sessionId);
      return done(request, deps.now());
    },
  });
}
