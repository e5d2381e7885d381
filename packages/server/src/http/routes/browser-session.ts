import { browserSession as endpoint } from '@tijori/wire';
import type { FastifyInstance } from 'fastify';
import type { Deps } from '../../usecases/deps.ts';
import { shownSession } from '../../usecases/sessions/status.ts';
import { sdkOf } from '../browser-caller.ts';
import { success } from '../envelope.ts';
import { toWireSdkSession } from '../present-session.ts';
import { routerPath } from './path.ts';

export function browserSessionRoute(app: FastifyInstance, deps: Deps): void {
  app.route({
    method: endpoint.method,
    url: routerPath(endpoint.path),
    schema: { params: endpoint.params, response: { 200: endpoint.response } },
    handler: async (request, reply) => {
      const sdk = sdkOf(request);
      const session = await shownSession(deps, sdk, { sessionId: sdk.sessionId, family: 'sdk', isPoll: true });
      if (session.statusReason !== null) reply.header('x-error-code', session.statusReason);
      return success(request, deps.now(), {
        ...toWireSdkSession(session),
        documents_requested: [...session.docTypes],
      });
    },
  });
}
