import type { FastifyInstance } from 'fastify';
import type { Deps } from '../../usecases/deps.ts';
import type { StorageWatch } from '../storage-watch.ts';

/**
 * `live`: the process answers. `ready`: it can take work, that is, it is not shutting down and its database reads and
 * writes. With a full disk it is `degraded` and stays in service: reads go on, and writes do as soon as there is room. For
 * balancers and scripts; no credentials.
 */
export function healthRoutes(
  app: FastifyInstance,
  deps: Deps,
  { isReady, storage }: { isReady: () => Promise<boolean>; storage: StorageWatch },
): void {
  app.get('/health/live', async () => ({ status: 'ok' }));
  app.get('/health/ready', async (request, reply) => {
    const ready = await isReady().catch((error: unknown) => {
      deps.log.error(
        { tx: request.id, cause: error instanceof Error ? error.stack : undefined },
        'readiness check failed',
      );
      return false;
    });
    if (!ready) return reply.code(503).send({ status: 'unavailable' });
    return reply.send({ status: (await storage.isFull()) ? 'degraded' : 'ok' });
  });
}
