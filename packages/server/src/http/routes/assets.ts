import { readFileSync } from 'node:fs';
import type { FastifyInstance } from 'fastify';

/** The stylesheets of our pages: one of all, and one that only the reference needs besides. */
const stylesheets = { 'page.css': '../../pages/page.css', 'docs.css': '../../pages/docs/docs.css' };

export function assetRoutes(app: FastifyInstance): void {
  for (const [name, file] of Object.entries(stylesheets)) {
    const css = readFileSync(new URL(file, import.meta.url), 'utf8');
    app.get(`/assets/${name}`, async (_request, reply) =>
      reply.type('text/css; charset=utf-8').header('x-content-type-options', 'nosniff').send(css),
    );
  }
}
