import type { FastifyInstance } from 'fastify';
import type { Deps } from '../../usecases/deps.ts';

/**
 * `live`: the process answers. `ready`: it can take work, that is, it is not shutting down and its database reads and
 * writes. For balancers and scripts; no credentials.
 */
export function healthRoutes(app: FastifyInstance, deps: Deps, isReady: () => Promise<boolean>): void {
  app.get('/health/live', async () => ({ status: 'ok' }));
  app.get('/health/ready', async (request, reply) => {
    const ready = await isReady().catch((error: unknown) => {
      deps.log.error(
        { tx: request.id, cause: error instanceof Error ? error.stack : undefined },
        'readiness check failed',
      );
      return false;
    });
    return reply.code(ready ? 200 : 503).send({ status: ready ? 'ok' : 'unavailable' });
  });
}
