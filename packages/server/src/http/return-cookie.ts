import type { FastifyReply, FastifyRequest } from 'fastify';
import { ticketLifeMs } from '../usecases/browser/tickets.ts';

const handlePattern = /^[A-Za-z0-9_-]{43}$/;

/**
 * Carries the handle of a finished callback over the redirect to the session's page, so that it never stands in an address,
 * a history or a referrer. For that page alone, and no longer than the handle is good.
 */
export function returnCookie(baseUrl: string) {
  const secure = baseUrl.startsWith('https:');
  const name = secure ? '__Secure-tijori_return' : 'tijori_return';
  return {
    read(request: FastifyRequest): string | undefined {
      const value = request.cookies[name];
      return value !== undefined && handlePattern.test(value) ? value : undefined;
    },
    set(reply: FastifyReply, sessionId: string, handle: string): void {
      reply.setCookie(name, handle, {
        path: `/consent/${sessionId}`,
        httpOnly: true,
        sameSite: 'lax',
        secure,
        maxAge: ticketLifeMs / 1000,
      });
    },
  };
}
