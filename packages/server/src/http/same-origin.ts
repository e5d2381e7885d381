import type { FastifyReply, FastifyRequest } from 'fastify';
import { AppError } from '../domain/app-error.ts';

/** A form of ours comes from a page of ours. Browsers name the origin on every POST; one that does not is refused. */
export function refuseOtherOrigins(baseUrl: string) {
  return async (request: FastifyRequest) => {
    if (request.headers.origin !== baseUrl) throw new AppError('cross_origin_refused');
  };
}

/** A page that was opened under another of our names goes on under the configured one, where its cookie will live. */
export function onCanonicalHost(baseUrl: string) {
  const { host } = new URL(baseUrl);
  return async (request: FastifyRequest, reply: FastifyReply) => {
    if (request.headers.host !== host) return reply.redirect(`${baseUrl}${request.raw.url ?? '/'}`, 302);
  };
}
