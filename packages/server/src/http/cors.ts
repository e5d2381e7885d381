import type { BrowserCallParams } from '@tijori/wire';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { ApiKey } from '../domain/api-key.ts';
import { AppError } from '../domain/app-error.ts';
import { mayAsk, mayCall } from '../usecases/browser/judge-origin.ts';
import type { Deps } from '../usecases/deps.ts';

/** Request headers that a page may send. */
const allowedHeaders = 'authorization, content-type, x-api-key, x-api-version';
/** Response headers that a page may read. */
const exposedHeaders = 'x-error-code, x-transaction-id, retry-after, ratelimit, ratelimit-policy';
/** How long a browser may remember the answer to its question, seconds. */
const maxAgeSeconds = 600;

/**
 * A page's origin must be on the key's list, or be ours. Which requests name none is the browser's choice (it leaves it out of
 * a GET to its own site), so none passes: the list keeps other sites' pages from using the key, and proves nothing.
 */
export function admitOrigin(deps: Deps, key: ApiKey, request: FastifyRequest, reply: FastifyReply): void {
  reply.header('vary', 'origin');
  const { origin } = request.headers;
  if (origin === undefined) return;
  if (!mayCall(deps, key, origin)) throw new AppError('cross_origin_refused', { detail: 'not on the list of the key' });
  allow(reply, origin).header('access-control-expose-headers', exposedHeaders);
}

/**
 * `OPTIONS` of a path with this method: what browsers ask before a page's call (Fetch standard, CORS preflight). A page that
 * no key of the session's workspace allows gets no header that would let it go on.
 */
export function preflightRoute(
  app: FastifyInstance,
  deps: Deps,
  { url, method }: { url: string; method: string },
): void {
  app.route<{ Params: BrowserCallParams }>({
    method: 'OPTIONS',
    url,
    handler: async (request, reply) => {
      reply.header('vary', 'origin').header('allow', [method, 'OPTIONS'].sort().join(', ')).code(204);
      const { origin } = request.headers;
      if (origin === undefined) return reply.send();
      if (!(await mayAsk(deps, { sessionId: request.params.session_id, origin }))) {
        throw new AppError('cross_origin_refused', { detail: 'on the list of no key of the workspace' });
      }
      return allow(reply, origin)
        .header('access-control-allow-methods', method)
        .header('access-control-allow-headers', allowedHeaders)
        .header('access-control-max-age', maxAgeSeconds)
        .send();
    },
  });
}

/** With credentials: without its cookie a page is not the browser that it was. */
function allow(reply: FastifyReply, origin: string): FastifyReply {
  return reply.header('access-control-allow-origin', origin).header('access-control-allow-credentials', 'true');
}
