import type { FastifyInstance } from 'fastify';
import type { Logger } from '../log/logger.ts';

/**
 * One line a request. The route's pattern stands for the address: ids, link signatures and states that a real address
 * may hold never reach the log (acceptance K1).
 */
export function accessLog(app: FastifyInstance, log: Logger): void {
  app.addHook('onResponse', (request, reply, done) => {
    log.info(
      {
        tx: request.id,
        method: request.method,
        route: request.routeOptions.url ?? '(none)',
        status: reply.statusCode,
        ms: Math.round(reply.elapsedTime * 10) / 10,
        workspace: request.caller?.workspaceId,
      },
      'request',
    );
    done();
  });
}
