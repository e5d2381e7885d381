import { createReadStream, statSync } from 'node:fs';
import { join } from 'node:path';
import { fastify } from 'fastify';
import { serveParent } from './pinned.ts';

/**
 * The baseline of downloads: Fastify with one bare route that sends files of a folder (first word told) as a stream. It asks for no link, keeps
 * its files in the clear, and logs nothing.
 */
const [, , folder = ''] = process.argv;
const app = fastify();
app.get<{ Params: { name: string } }>('/files/:name', (request, reply) => {
  const path = join(folder, request.params.name);
  reply.header('content-length', statSync(path).size).type('application/pdf');
  return reply.send(createReadStream(path));
});
serveParent(await app.listen({ host: '127.0.0.1', port: 0 }), () => app.close());
