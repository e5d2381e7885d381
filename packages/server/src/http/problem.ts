import { type Problem, problemMediaType, problemType } from '@tijori/wire';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { AppError } from '../domain/app-error.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** The route's errors leave as RFC 9457 problems instead of the vendor's envelope. */
    problem?: boolean;
  }
}

/** Sends an error of our own API (RFC 9457 §3). */
export function sendProblem(request: FastifyRequest, reply: FastifyReply, error: AppError, status: number) {
  const body: Problem = {
    type: problemType(error.code),
    title: error.publicMessage,
    status,
    code: error.code,
    transaction_id: request.id,
    ...(error.faults.length > 0 ? { errors: [...error.faults] } : {}),
  };
  return reply
    .code(status)
    .header('x-error-code', error.code)
    .type(problemMediaType)
    .serializer(JSON.stringify)
    .send(body);
}
