import { gzipSync } from 'node:zlib';
import type { FastifyReply, FastifyRequest } from 'fastify';

/** Sends a script that never changes while we run, packed once, to who takes it so. */
export function scriptSender(text: string): (request: FastifyRequest, reply: FastifyReply) => FastifyReply {
  const packed = gzipSync(text, { level: 9 });
  return (request, reply) => {
    reply
      .type('text/javascript; charset=utf-8')
      .header('vary', 'accept-encoding')
      .header('x-content-type-options', 'nosniff');
    const takesGzip = /\bgzip\b(?!\s*;\s*q=0(?:\.0+)?\b)/.test(String(request.headers['accept-encoding'] ?? ''));
    return takesGzip ? reply.header('content-encoding', 'gzip').send(packed) : reply.send(text);
  };
}
