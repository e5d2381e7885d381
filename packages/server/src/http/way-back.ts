import type { FastifyReply, FastifyRequest } from 'fastify';
import type { KnownKeys } from '../usecases/access/known-keys.ts';
import { pageAddress } from '../usecases/browser/frame.ts';
import type { Deps } from '../usecases/deps.ts';
import { header } from './identity.ts';
import { wayBackCookie } from './way-back-cookie.ts';

type Coming = FastifyRequest<{
  Params: { session_id: string };
  Querystring: { key?: string; return?: string };
}>;

/** The integrator's page from which a person came in the same tab: a page where the key may be used, or none. */
export function wayBack(deps: Deps, keys: KnownKeys) {
  const cookie = wayBackCookie(deps.baseUrl);
  return {
    /** Writes down what the address says of it. */
    async remember(request: Coming, reply: FastifyReply): Promise<void> {
      const sessionId = request.params.session_id;
      const [keyId, wish] = [header(request.query.key), header(request.query.return)];
      const address = wish === '' ? undefined : await pageAddress(deps, keys, { sessionId, keyId, address: wish });
      if (address !== undefined) cookie.set(reply, sessionId, { keyId, address });
    },
    /** What was written down in this browser, judged anew. */
    async read(request: Coming): Promise<string | undefined> {
      const way = cookie.read(request);
      return way && (await pageAddress(deps, keys, { ...way, sessionId: request.params.session_id }));
    },
  };
}
