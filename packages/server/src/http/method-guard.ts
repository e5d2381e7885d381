import type { FastifyInstance, FastifyReply, FastifyRequest, HTTPMethods } from 'fastify';
import findMyWay from 'find-my-way';
import { AppError } from '../domain/app-error.ts';

/** Knows the paths of the app and which methods each of them has. */
export interface MethodGuard {
  /** What a request that fits no route is told, with `Allow` set: 405, or nothing where the path itself is unknown. */
  refusal(request: FastifyRequest, reply: FastifyReply): AppError | undefined;
  /** To be called when all routes are there. */
  close(): void;
}

/**
 * A path is found as the app's own router would find it. A route for each method that each path lacks would need none of this, but would be
 * thousands, which took a tenth of each start. A few are left to have one: a path without parameters must not be taken for another
 * one's parameter when the method is that one's.
 */
export function methodGuard(app: FastifyInstance, { maxParamLength }: { maxParamLength: number }): MethodGuard {
  const paths = findMyWay({ maxParamLength });
  const patterns = findMyWay({ maxParamLength });
  const methodsOf = new Map<string, Set<string>>();
  let isClosed = false;
  app.addHook('onRoute', ({ url, method }) => {
    // A lever of tests must look like no address to whoever may not pull it, whatever the method.
    if (isClosed || url.startsWith('/test/')) return;
    const known = methodsOf.get(url) ?? new Set();
    for (const each of [method].flat()) known.add(each);
    if (methodsOf.has(url)) return;
    methodsOf.set(url, known);
    for (const router of isPattern(url) ? [paths, patterns] : [paths]) router.on('GET', url, () => {}, known);
  });
  const methodsAt = (router: typeof paths, url: string) => router.find('GET', url)?.store as Set<string> | undefined;
  const refusal: MethodGuard['refusal'] = ({ raw }, reply) => {
    const known = methodsAt(paths, raw.url ?? '');
    if (!known) return undefined;
    reply.header('allow', [...known].sort().join(', '));
    return new AppError('method_not_allowed');
  };
  return {
    refusal,
    close() {
      isClosed = true;
      for (const [url, known] of methodsOf) {
        const others = isPattern(url) ? undefined : methodsAt(patterns, url);
        const method = [...(others ?? [])].filter((each) => !known.has(each)) as HTTPMethods[];
        if (method.length === 0) continue;
        // Refused before a body is read.
        app.route({
          method,
          url,
          onRequest: (request, reply, done) => done(refusal(request, reply)),
          handler: () => {},
        });
      }
    },
  };
}

function isPattern(url: string): boolean {
  return /[:*]/.test(url);
}
