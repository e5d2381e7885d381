import { readFileSync } from 'node:fs';
import type { FastifyInstance } from 'fastify';
import { AppError } from '../../domain/app-error.ts';
import { themeCss } from '../../pages/theme.ts';

/** The stylesheets of our pages: one of all, and one that only the reference needs besides. */
const stylesheets = { 'page.css': '../../pages/page.css', 'docs.css': '../../pages/docs/docs.css' };

export function assetRoutes(app: FastifyInstance): void {
  for (const [name, file] of Object.entries(stylesheets)) {
    const css = readFileSync(new URL(file, import.meta.url), 'utf8');
    app.get(`/assets/${name}`, async (_request, reply) =>
      reply.type('text/css; charset=utf-8').header('x-content-type-options', 'nosniff').send(css),
    );
  }
  // Follows from its address alone: a browser may keep it for good.
  app.get<{ Params: { file: string } }>('/assets/theme/:file', async ({ params }, reply) => {
    const seed = /^([0-9a-f]{6})\.css$/.exec(params.file)?.[1];
    if (!seed) throw new AppError('route_not_found', { detail: 'no colour' });
    return reply
      .type('text/css; charset=utf-8')
      .header('x-content-type-options', 'nosniff')
      .header('cache-control', 'public, max-age=31536000, immutable')
      .send(themeCss(seed));
  });
}
