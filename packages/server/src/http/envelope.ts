import type { ErrorBody } from '@tijori/wire';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Static } from 'typebox';
import type { AppError } from '../domain/app-error.ts';

/** The vendor's envelope around `data` (sandbox-api §2.1). `request.id` is the transaction id. */
export function success<Data>(request: FastifyRequest, timestamp: number, data: Data) {
  return { code: 200, timestamp, transaction_id: request.id, data };
}

/** The envelope alone, for an answer that has nothing to say but that it was done (sandbox-api §1.10). */
export function done(request: FastifyRequest, timestamp: number) {
  return { code: 200, timestamp, transaction_id: request.id };
}

/** Sends an error in the vendor's envelope; our own code travels in a header, since the body has no room for it. */
export function sendError(
  request: FastifyRequest,
  reply: FastifyReply,
  { error, status, timestamp }: { error: AppError; status: number; timestamp: number },
) {
  const body: Static<typeof ErrorBody> = {
    code: status,
    timestamp,
    message: error.publicMessage,
    transaction_id: request.id,
  };
  return reply
    .code(status)
    .header('x-error-code', error.code)
    .type('application/json; charset=utf-8')
    .serializer(JSON.stringify)
    .send(body);
}
