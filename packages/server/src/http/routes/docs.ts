import { openApiDocument } from '@tijori/wire/openapi';
import type { FastifyInstance } from 'fastify';
import { docsPage } from '../../pages/docs/docs-page.ts';
import { sendPage } from '../../pages/send-page.ts';

/** The contract of this server: for programs at `/openapi.json`, for people at `/docs`. Neither holds anybody's data. */
export function docsRoutes(app: FastifyInstance, { baseUrl }: { baseUrl: string }): void {
  const document = once(() => openApiDocument(baseUrl));
  const json = once(() => JSON.stringify(document()));
  const page = once(() => docsPage(document()));
  app.get('/openapi.json', async (_request, reply) => reply.type('application/json; charset=utf-8').send(json()));
  app.get('/docs', { config: { page: true } }, async (_request, reply) => sendPage(reply, page()));
}

/** Made when first asked for: most processes never are. */
function once<Value>(make: () => Value): () => Value {
  let made: { value: Value } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}
