import type { FastifyInstance } from 'fastify';
import type { Caller } from '../domain/api-key.ts';
import { identify } from '../usecases/access/identify.ts';
import type { KnownKeys } from '../usecases/access/known-keys.ts';
import type { Deps } from '../usecases/deps.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** Set on every route of the API scope, before its body is read. */
    caller: Caller | null;
  }
}

/** Every route of this scope wants an access token and its key. */
export function requireCaller(app: FastifyInstance, deps: Deps, keys: KnownKeys): void {
  app.addHook('onRequest', (request, _reply, done) => {
    const accept = (caller: Caller) => {
      request.caller = caller;
      done();
    };
    try {
      const caller = identify(deps, keys, {
        authorization: request.headers.authorization ?? '',
        apiKey: header(request.headers['x-api-key']),
      });
      if (caller instanceof Promise) caller.then(accept, done);
      else accept(caller);
    } catch (error) {
      done(error as Error);
    }
  });
}

/** The caller of a route in such a scope. */
export function callerOf(request: { caller: Caller | null }): Caller {
  if (!request.caller) throw new Error('this route is not behind requireCaller');
  return request.caller;
}

/** A header's one value; a header that came twice is none. */
export function header(value: string | string[] | undefined): string {
  return typeof value === 'string' ? value : '';
}
