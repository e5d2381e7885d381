import { type ErrorStatusStyle, standardStatuses } from '@tijori/wire';
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import { AppError } from '../domain/app-error.ts';
import type { Logger } from '../log/logger.ts';
import { errorPage } from '../pages/error-page.ts';
import { sendPage } from '../pages/send-page.ts';
import { appearanceOf } from './appearance.ts';
import { discardRest } from './body.ts';
import { closesConnection } from './connection-refusals.ts';
import { sendError } from './envelope.ts';
import { fieldFaults } from './field-faults.ts';
import { sendProblem } from './problem.ts';
import type { StorageWatch } from './storage-watch.ts';

/**
 * The only way out for an error, whatever threw it. Ours leave as the catalogue says, the framework's as the nearest
 * entry of the catalogue, and everything else as `internal`, with the reason in our log alone.
 */
export function errorExit(
  { log, now }: { log: Logger; now: () => number },
  style: ErrorStatusStyle,
  storage: Pick<StorageWatch, 'note'>,
) {
  return (thrown: unknown, request: FastifyRequest, reply: FastifyReply) => {
    const error = toAppError(thrown);
    storage.note(error);
    if (error.entry.status >= 500 && error.entry.kind !== 'refused') {
      const cause = error.cause instanceof Error ? error.cause.stack : undefined;
      log.error({ tx: request.id, code: error.code, detail: error.detail, cause }, 'request failed');
    } else if (error.detail) {
      log.info({ tx: request.id, code: error.code, detail: error.detail }, 'request refused');
    }
    // Fastify closes the connection after a body that it did not read; a client still sending would lose the answer.
    if (closesConnection(error)) reply.header('connection', 'close');
    else reply.removeHeader('connection');
    discardRest(request.raw);
    // Once more: an address that cannot be decoded comes here past every hook.
    reply.header('cache-control', 'no-store').header('x-transaction-id', request.id);
    if (error.retryAfterSeconds !== undefined) reply.header('retry-after', error.retryAfterSeconds);
    const standard = style === 'standard' ? standardStatuses[error.entry.status] : undefined;
    const status = standard ?? error.entry.status;
    if (forPerson(request, error)) {
      const page = { ...appearanceOf(request), transactionId: request.id, requestHref: requestHref(request, error) };
      return sendPage(reply, errorPage(error, page), status);
    }
    if (wantsProblem(request)) return sendProblem(request, reply, error, status);
    return sendError(request, reply, { error, status, timestamp: now() });
  };
}

/** A route for people, or an address that does not exist and that a browser was led to. */
function forPerson({ routeOptions, is404, headers }: FastifyRequest, { code }: AppError): boolean {
  if (routeOptions.config.page === true) return true;
  return is404 && code !== 'method_not_allowed' && (headers.accept ?? '').includes('text/html');
}

/** The page of the session that the error is about, unless there is none. */
function requestHref({ routeOptions, params }: FastifyRequest, { code, sessionId }: AppError): string | undefined {
  if (code === 'data_not_found') return undefined;
  const named = routeOptions.config.page === true ? (params as { session_id?: string }).session_id : undefined;
  const id = sessionId ?? named;
  return id === undefined ? undefined : `/consent/${encodeURIComponent(id)}`;
}

const ownPaths = ['/v1/', '/test/'];

/** A route that says so, or an address below ours that does not exist. */
function wantsProblem({ routeOptions, raw }: FastifyRequest): boolean {
  return routeOptions.config?.problem === true || ownPaths.some((path) => (raw.url ?? '').startsWith(path));
}

/** The router's own refusals: an address that cannot be decoded, or with a parameter too long to be an id, is none of ours. */
const noAddress = new Set(['FST_ERR_BAD_URL', 'FST_ERR_MAX_PARAM_LENGTH']);

function toAppError(thrown: unknown): AppError {
  if (thrown instanceof AppError) return thrown;
  const error = thrown as Partial<FastifyError>;
  if (error.validation) {
    const code = error.validationContext === 'querystring' ? 'invalid_query' : 'invalid_request_body';
    return new AppError(code, { detail: 'the schema says no', faults: fieldFaults(error.validation) });
  }
  if (noAddress.has(error.code ?? '')) return new AppError('route_not_found', { detail: error.code ?? '' });
  const status = error.statusCode ?? 500;
  if (status === 413) return new AppError('body_too_large', { cause: thrown });
  if (status >= 400 && status < 500)
    return new AppError('invalid_request_body', { cause: thrown, detail: error.code ?? '' });
  return new AppError('internal', { cause: thrown });
}
