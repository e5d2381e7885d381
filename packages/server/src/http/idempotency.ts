import { hash } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { AppError } from '../domain/app-error.ts';
import type { Statement } from '../storage/db.ts';
import type { Deps } from '../usecases/deps.ts';
import { once } from '../usecases/idempotency/once.ts';
import { callerOf } from './identity.ts';
import { scenarioHeader } from './scenario-header.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** Hex SHA-256 of the body's bytes; only of requests with an `Idempotency-Key`. */
    bodyHash: string | null;
  }
}

const keyHeader = 'idempotency-key';
/** 1 to 255 visible ASCII characters. A header that came twice is joined by a blank and thus is none. */
const keyPattern = /^[\x21-\x7e]{1,255}$/;
/** Headers that belong to an answer; all others belong to the moment at which it is sent. */
const keptHeaders = ['content-type', 'location', scenarioHeader];

const hashOfNothing = hash('sha256', '');

/** Notes the hash of a body as it was sent, if the request will be compared by it. */
export function noteBody(request: FastifyRequest, bytes: Buffer): void {
  if (request.headers[keyHeader] !== undefined) request.bodyHash = hash('sha256', bytes);
}

/**
 * The handler of a POST that takes an `Idempotency-Key` (`idempotent` of its endpoint). `work` makes the answer's body;
 * into the commit of what it does go the statements that `keep` makes of that body, which without a key are none.
 *
 * @example
 * handler: idempotent(deps, async (request: FastifyRequest<Route>, reply, keep) => {
 *   return present(await createSession(deps, caller, request.body, (made) => keep(made.id, () => present(made))));
 * })
 */
export function idempotent<Request extends FastifyRequest>(
  deps: Deps,
  work: (request: Request, reply: FastifyReply, keep: Keep) => Promise<object>,
) {
  const keyedWork = async (request: Request, reply: FastifyReply, key: string | string[]): Promise<object | string> => {
    if (typeof key !== 'string' || !keyPattern.test(key)) throw new AppError('invalid_idempotency_key');
    const keyed = {
      key,
      method: request.method,
      address: request.raw.url ?? '',
      bodyHash: request.bodyHash ?? hashOfNothing,
    };
    let body: object = {};
    const kept = await once(deps, callerOf(request), keyed, async (insertionOf) => {
      body = await work(request, reply, (sessionId, present, { status = reply.statusCode, headers = {} } = {}) => {
        reply.type('application/json; charset=utf-8');
        // `serialize` is what will make the very bytes of the answer out of the very same object.
        return insertionOf({
          sessionId,
          status,
          headers: { ...headersOf(reply), ...headers },
          body: String(reply.serialize(present())),
        });
      });
    });
    if (!kept) return body;
    reply.code(kept.status).headers(kept.headers).header('idempotent-replayed', 'true');
    return kept.body;
  };
  return (request: Request, reply: FastifyReply): Promise<object | string> => {
    const key = request.headers[keyHeader];
    return key === undefined ? work(request, reply, keepNothing) : keyedWork(request, reply, key);
  };
}

/** What of an answer the reply does not have yet. */
interface Ahead {
  status?: number;
  headers?: Record<string, string>;
}

/**
 * Statements that keep this answer about a session (null: about none) for those who ask again. Status and headers are those
 * that the reply has by now.
 */
type Keep = (sessionId: string | null, present: () => object, ahead?: Ahead) => Statement[];

const keepNothing: Keep = () => [];

function headersOf(reply: FastifyReply): Record<string, string> {
  return Object.fromEntries(
    keptHeaders.flatMap((name) => (reply.hasHeader(name) ? [[name, String(reply.getHeader(name))]] : [])),
  );
}
