import type { FastifyReply, FastifyRequest } from 'fastify';

/** How long a trip in the same tab may take, seconds. */
const maxAgeSeconds = 3_600;

/** Where the person came from, as the page of the integrator told it. It is judged anew at each use. */
interface WayBack {
  keyId: string;
  address: string;
}

/**
 * Remembers, in this browser and for this session alone, the page from which a person came in the same tab. Only a hint of
 * where to go: what it says is judged against the key's list whenever it is used.
 */
export function wayBackCookie(baseUrl: string) {
  const secure = baseUrl.startsWith('https:');
  const name = secure ? '__Secure-tijori_back' : 'tijori_back';
  return {
    read(request: FastifyRequest): WayBack | undefined {
      const [keyId, ...rest] = (request.cookies[name] ?? '').split(' ');
      return keyId && rest.length > 0 ? { keyId, address: rest.join(' ') } : undefined;
    },
    set(reply: FastifyReply, sessionId: string, { keyId, address }: WayBack): void {
      reply.setCookie(name, `${keyId} ${address}`, {
        path: `/consent/${sessionId}`,
        httpOnly: true,
        sameSite: 'lax',
        secure,
        maxAge: maxAgeSeconds,
      });
    },
  };
}
