import { METHODS } from 'node:http';
import type { FastifyInstance } from 'fastify';
import { AppError } from '../domain/app-error.ts';

/** Whatever Node's parser takes. `CONNECT` never arrives as a request. */
const everyMethod = METHODS.filter((method) => method !== 'CONNECT');

/**
 * Remembers each route of the app. The function that it returns is called when all are there: it gives every path a
 * 405 with `Allow` for the methods that it lacks.
 */
export function methodGuard(app: FastifyInstance): () => void {
  for (const method of everyMethod) if (!app.supportedMethods.includes(method)) app.addHttpMethod(method);
  const paths = new Map<string, { known: Set<string>; problem: boolean }>();
  app.addHook('onRoute', ({ url, method, config }) => {
    const { known, problem } = paths.get(url) ?? { known: new Set(), problem: false };
    for (const each of [method].flat()) known.add(each);
    paths.set(url, { known, problem: problem || config?.problem === true });
  });
  return () => {
    for (const [url, { known, problem }] of [...paths]) {
      // A lever of tests must look like no address to whoever may not pull it, whatever the method.
      if (url.startsWith('/test/')) continue;
      const allow = [...known].sort().join(', ');
      const missing = everyMethod.filter((method) => !known.has(method));
      app.route({
        method: missing,
        url,
        config: { problem },
        handler: (_request, reply) => {
          reply.header('allow', allow);
          throw new AppError('method_not_allowed');
        },
        // Refuse before a body is read.
        onRequest: async (_request, reply) => {
          reply.header('allow', allow);
          throw new AppError('method_not_allowed');
        },
      });
    }
  };
}
