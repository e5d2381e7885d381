import { readFileSync } from 'node:fs';
import type { FastifyInstance } from 'fastify';
import { AppError } from '../../domain/app-error.ts';
import { frameScript } from '../../pages/scripts.ts';
import { themeCss } from '../../pages/theme.ts';
import { scriptSender } from '../script-sender.ts';

const forGood = 'public, max-age=31536000, immutable';

/** What our pages bring besides themselves. */
export function assetRoutes(app: FastifyInstance): void {
  const docsCss = readFileSync(new URL('../../pages/docs/docs.css', import.meta.url), 'utf8');
  app.get('/assets/docs.css', async (_request, reply) =>
    reply.type('text/css; charset=utf-8').header('x-content-type-options', 'nosniff').send(docsCss),
  );
  // For a frame that hears its colours when it stands already; pages that know them have them inside. Follows from its address alone: a browser may keep it for good.
  app.get<{ Params: { file: string } }>('/assets/theme/:file', async ({ params }, reply) => {
    const seed = /^([0-9a-f]{6})\.css$/.exec(params.file)?.[1];
    if (!seed) throw new AppError('route_not_found', { detail: 'no colour' });
    return reply
      .type('text/css; charset=utf-8')
      .header('x-content-type-options', 'nosniff')
      .header('cache-control', forGood)
      .send(themeCss(seed));
  });
  const send = scriptSender(frameScript.text);
  app.get<{ Params: { file: string } }>('/assets/frame/:file', async (request, reply) => {
    // While one release follows another, the page may be another process's: it gets ours, and no browser keeps that under the other's name.
    const isOurs = request.params.file === `${frameScript.version}.js`;
    return send(request, reply.header('cache-control', isOurs ? forGood : 'no-store'));
  });
}
