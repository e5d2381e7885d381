import { authenticate as endpoint } from '@tijori/wire';
import type { FastifyInstance } from 'fastify';
import { authenticate } from '../../usecases/access/authenticate.ts';
import type { Deps } from '../../usecases/deps.ts';
import { success } from '../envelope.ts';
import { header } from '../identity.ts';

export function authenticateRoute(app: FastifyInstance, deps: Deps): void {
  app.route({
    method: endpoint.method,
    url: endpoint.path,
    schema: { response: { 200: endpoint.response } },
    handler: async (request) => {
      const { accessToken } = await authenticate(deps, {
        apiKey: header(request.headers['x-api-key']),
        apiSecret: header(request.headers['x-api-secret']),
      });
      // In both places: public clients read either (sandbox-api §1.14, §9 no. 5).
      return { ...success(request, deps.now(), { access_token: accessToken }), access_token: accessToken };
    },
  });
}
