import type { FastifyInstance } from 'fastify';
import type { Deps } from '../../usecases/deps.ts';
import { publishedKeys } from '../../usecases/evidence/signing-key.ts';

/** Where whoever holds a receipt finds the key to check it with. */
export const keysPath = '/.well-known/jwks.json';

/** The public keys that sign evidence, as a JWK Set (RFC 7517 §5). For everybody: no credentials. */
export function evidenceKeysRoute(app: FastifyInstance, deps: Deps): void {
  app.get(keysPath, async (_request, reply) =>
    reply
      .type('application/jwk-set+json')
      .header('x-content-type-options', 'nosniff')
      .header('access-control-allow-origin', '*')
      .header('cache-control', 'public, max-age=300')
      .send(JSON.stringify({ keys: await publishedKeys(deps) })),
  );
}
