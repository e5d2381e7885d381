import { readFileSync } from 'node:fs';
import type { FastifyInstance } from 'fastify';

/** The one stylesheet of our pages. */
export function assetRoutes(app: FastifyInstance): void {
  const css = readFileSync(new URL('../../pages/page.css', import.meta.url), 'utf8');
  app.get('/assets/page.css', async (_request, reply) =>
    reply.type('text/css; charset=utf-8').header('x-content-type-options', 'nosniff').send(css),
  );
}
