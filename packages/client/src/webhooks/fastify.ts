import type { RawBody } from './raw-body.ts';
import { openReceiver, type ReceiverOptions } from './receiver.ts';

/** As much of Fastify's surroundings of a plugin as is used. */
export interface FastifyScope {
  removeAllContentTypeParsers(): unknown;
  addContentTypeParser(
    contentType: string,
    options: { parseAs: 'buffer'; bodyLimit: number },
    parser: (request: unknown, body: unknown) => Promise<unknown>,
  ): unknown;
  post(path: string, handler: (request: FastifyRequest, reply: FastifyReply) => Promise<unknown>): unknown;
}

/** As much of a request of Fastify as is used. */
export interface FastifyRequest {
  headers: Readonly<Record<string, string | string[] | undefined>>;
  body: unknown;
}

/** As much of a reply of Fastify as is used. */
export interface FastifyReply {
  code(status: number): unknown;
  type(contentType: string): unknown;
  send(text: string): unknown;
}

/**
 * A plugin for Fastify with one route, `POST path`. Inside of it bodies stay as they came; everywhere else they are parsed as ever. What is
 * larger than `bodyBytesMax` Fastify refuses by itself (413).
 *
 * @example
 * await app.register(fastifyReceiver({ path: '/hooks/tijori', secrets: process.env.WEBHOOK_SECRET, onEvent: (event) => queue.add(event) }));
 */
export function fastifyReceiver(
  options: ReceiverOptions & { /** Where deliveries come in. */ path: string },
): (scope: FastifyScope) => Promise<void> {
  const receiver = openReceiver(options);
  return async (scope) => {
    scope.removeAllContentTypeParsers();
    const asBytes = { parseAs: 'buffer', bodyLimit: receiver.bodyBytesMax } as const;
    scope.addContentTypeParser('*', asBytes, async (_, body) => body);
    scope.post(options.path, async (request, reply) => {
      const read = () => (request.body ?? '') as RawBody;
      const { status, text } = await receiver.receive(request.headers, read);
      reply.code(status);
      if (text !== '') reply.type('text/plain; charset=utf-8');
      return reply.send(text);
    });
  };
}
