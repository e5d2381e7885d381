import type { FastifyInstance } from 'fastify';
import type { Logger } from '../log/logger.ts';

/**
 * One line a request, written as its answer goes out. The route's pattern stands for the address: ids, link signatures
 * and states that a real address may hold never reach the log (acceptance K1).
 */
export function accessLog(app: FastifyInstance, log: Logger): void {
  app.addHook('onSend', (request, reply, payload, done) => {
    log.request({
      transactionId: request.id,
      method: request.method,
      route: request.routeOptions.url ?? '(none)',
      status: reply.statusCode,
      elapsedMs: reply.elapsedTime,
      workspaceId: request.caller?.workspaceId,
    });
    done(null, payload);
  });
}
