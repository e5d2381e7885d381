import type { FastifyReply, FastifyRequest } from 'fastify';

/** Characters of the binding cookie: 32 random bytes. */
const browserIdPattern = /^[A-Za-z0-9_-]{43}$/;

/** The cookie that binds a trip to EntityLocker to the browser that began it; set at top level only. */
export function browserCookie(baseUrl: string) {
  const secure = baseUrl.startsWith('https:');
  // The prefix makes browsers refuse the cookie from anybody but this very origin; it needs https.
  const name = secure ? '__Host-tijori_browser' : 'tijori_browser';
  return {
    read(request: FastifyRequest): string | undefined {
      const value = request.cookies[name];
      return value !== undefined && browserIdPattern.test(value) ? value : undefined;
    },
    set: (reply: FastifyReply, value: string): FastifyReply =>
      reply.setCookie(name, value, { path: '/', httpOnly: true, sameSite: 'lax', secure }),
  };
}
