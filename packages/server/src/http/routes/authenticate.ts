import { authenticate as endpoint } from '@tijori/wire';
import type { FastifyInstance } from 'fastify';
import { authenticate } from '../../usecases/access/authenticate.ts';
import type { Deps } from '../../usecases/deps.ts';
import { clientAddresses } from '../client-address.ts';
import { success } from '../envelope.ts';
import { header } from '../identity.ts';
import { limitAuthentication, type RateLimits } from '../rate-limit.ts';

export function authenticateRoute(
  app: FastifyInstance,
  deps: Deps,
  { rateLimits, proxies }: { rateLimits: RateLimits | null; proxies: readonly string[] },
): void {
  const limits = rateLimits && limitAuthentication(deps.rates, rateLimits);
  const addressOf = clientAddresses(proxies);
  app.route({
    method: endpoint.method,
    url: endpoint.path,
    schema: { response: { 200: endpoint.response } },
    handler: async (request, reply) => {
      const credentials = {
        apiKey: header(request.headers['x-api-key']),
        apiSecret: header(request.headers['x-api-secret']),
      };
      const judge = () => authenticate(deps, credentials);
      const from = { address: addressOf(request.ip), apiKeyId: credentials.apiKey };
      const caller = await (limits ? limits.judged(from, judge) : judge());
      await limits?.rightSecret(reply, caller);
      const accessToken = await deps.tokens.issue(caller);
      // In both places: public clients read either (sandbox-api §1.14, §9 no. 5).
      return { ...success(request, deps.now(), { access_token: accessToken }), access_token: accessToken };
    },
  });
}
