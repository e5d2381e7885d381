import { openApiDocument } from '@tijori/wire/openapi';
import type { FastifyInstance } from 'fastify';
import { docsPage } from '../../pages/docs/docs-page.ts';
import { sendPage } from '../../pages/send-page.ts';

/** The contract of this server: for programs at `/openapi.json`, for people at `/docs`. Neither holds anybody's data. */
export function docsRoutes(app: FastifyInstance, { baseUrl }: { baseUrl: string }): void {
  const document = once(() => openApiDocument(baseUrl));
  // As bytes that all answers share: of a text each reader who takes his time would hold a copy, and these are the longest that anybody can ask for.
  const json = once(() => Buffer.from(JSON.stringify(document())));
  const page = once(() => {
    const made = docsPage(document());
    return { ...made, html: Buffer.from(made.html) };
  });
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
