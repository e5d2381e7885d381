import type { FastifyInstance } from 'fastify';
import { AppError } from '../../domain/app-error.ts';
import type { KnownKeys } from '../../usecases/access/known-keys.ts';
import { logoLifeMs, sessionLogo } from '../../usecases/browser/logo.ts';
import type { Deps } from '../../usecases/deps.ts';
import { header } from '../identity.ts';

type Asked = { Params: { session_id: string }; Querystring: { key?: string; url?: string } };

/** The picture that an integrator's page named as its logo, from our own origin, for our frame on that page. */
export function logoRoute(app: FastifyInstance, deps: Deps, keys: KnownKeys): void {
  app.get<Asked>('/consent/:session_id/logo', async (request, reply) => {
    const { key, url } = request.query;
    const asked = { sessionId: request.params.session_id, keyId: header(key), url: header(url) };
    const png = await sessionLogo(deps, keys, asked);
    if (!png) throw new AppError('route_not_found', { detail: 'no logo' });
    return reply
      .type('image/png')
      .header('cache-control', `private, max-age=${logoLifeMs / 1000}`)
      .header('content-security-policy', "default-src 'none'; sandbox")
      .header('x-content-type-options', 'nosniff')
      .header('cross-origin-resource-policy', 'same-origin')
      .send(png);
  });
}
