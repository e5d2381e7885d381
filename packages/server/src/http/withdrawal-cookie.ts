import type { FastifyReply, FastifyRequest } from 'fastify';

const codePattern = /^[A-Za-z0-9_-]{43}$/;

/** The person may close the page before they have kept the link; for so long their browser finds it again, seconds. */
const lifeSeconds = 24 * 60 * 60;

/**
 * Carries the withdrawal code over the redirect from the callback to the session's page. It reaches the browser that gave
 * the consent and nobody else: the requester knows the page's address, too, but not this.
 */
export function withdrawalCookie(baseUrl: string) {
  const secure = baseUrl.startsWith('https:');
  const name = secure ? '__Secure-tijori_withdrawal' : 'tijori_withdrawal';
  return {
    read(request: FastifyRequest): string | undefined {
      const value = request.cookies[name];
      return value !== undefined && codePattern.test(value) ? value : undefined;
    },
    set(reply: FastifyReply, sessionId: string, code: string): void {
      reply.setCookie(name, code, {
        path: `/consent/${sessionId}`,
        httpOnly: true,
        sameSite: 'lax',
        secure,
        maxAge: lifeSeconds,
      });
    },
  };
}
