import type { FastifyInstance } from 'fastify';
import { AppError } from '../domain/app-error.ts';

/**
 * Answers only to these hosts; any other is 421. Without it a page on the internet could make a browser on this machine
 * speak to a development server through a name that resolves to 127.0.0.1.
 */
export function hostGuard(app: FastifyInstance, hosts: ReadonlySet<string>): void {
  app.addHook('onRequest', (request, _reply, done) => {
    done(hosts.has((request.headers.host ?? '').toLowerCase()) ? undefined : new AppError('wrong_host'));
  });
}
