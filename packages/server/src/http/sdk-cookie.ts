import type { FastifyReply, FastifyRequest } from 'fastify';

/** Characters of the binding cookie: 32 random bytes. */
const browserIdPattern = /^[A-Za-z0-9_-]{43}$/;

/**
 * The cookie that binds a session's SDK tokens to one browser. One for each session, so that two sessions in one page do not
 * disturb each other, and for no longer than the session. `SameSite=None; Partitioned` because it lives in calls and frames
 * on the integrator's page: each top-level site has a jar of its own, which also browsers that block third-party cookies
 * keep. Browsers trust `http` on this machine with a `Secure` cookie, but not with the prefix.
 */
export function sdkCookie(baseUrl: string) {
  const prefix = baseUrl.startsWith('https:') ? '__Host-' : '';
  const nameOf = (sessionId: string) => `${prefix}tijori_sdk_${sessionId}`;
  return {
    read(request: FastifyRequest, sessionId: string): string | undefined {
      const value = request.cookies[nameOf(sessionId)];
      return value !== undefined && browserIdPattern.test(value) ? value : undefined;
    },
    set(reply: FastifyReply, sessionId: string, { value, maxAge }: { value: string; maxAge: number }): void {
      reply.setCookie(nameOf(sessionId), value, {
        path: '/',
        httpOnly: true,
        secure: true,
        sameSite: 'none',
        partitioned: true,
        maxAge,
      });
    },
  };
}
