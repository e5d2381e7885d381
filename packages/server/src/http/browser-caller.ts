import type { BrowserCallParams } from '@tijori/wire';
import type { FastifyInstance } from 'fastify';
import type { ApiKey } from '../domain/api-key.ts';
import type { SdkIdentity } from '../tokens/sdk-token.ts';
import type { KnownKeys } from '../usecases/access/known-keys.ts';
import { identifyBrowser, standingKey } from '../usecases/browser/identify.ts';
import type { Deps } from '../usecases/deps.ts';
import { admitOrigin } from './cors.ts';
import { header } from './identity.ts';
import type { sdkCookie } from './sdk-cookie.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** The key that a page showed. Set on every browser call. */
    publicKey: ApiKey | null;
    /** Set on every browser call with an SDK token. */
    sdk: SdkIdentity | null;
  }
}

/** Every route of this scope is called by pages: a key that stands, from an origin where it may be used. */
export function requirePublicKey(app: FastifyInstance, deps: Deps, keys: KnownKeys): void {
  app.decorateRequest('publicKey', null);
  app.decorateRequest('sdk', null);
  app.addHook('onRequest', async (request, reply) => {
    const key = await standingKey(deps, keys, header(request.headers['x-api-key']));
    admitOrigin(deps, key, request, reply);
    request.publicKey = key;
    request.caller = { workspaceId: key.workspaceId, apiKeyId: key.id, mode: key.mode };
  });
}

/** … and a token of the session in the address, from the browser to which that is bound. Register it after `requirePublicKey`. */
export function requireSdkToken(app: FastifyInstance, deps: Deps, cookie: ReturnType<typeof sdkCookie>): void {
  app.addHook<{ Params: BrowserCallParams }>('onRequest', async (request) => {
    const { session_id: sessionId } = request.params;
    if (!request.publicKey) throw new Error('this scope is not behind requirePublicKey');
    request.sdk = await identifyBrowser(deps, {
      key: request.publicKey,
      authorization: request.headers.authorization ?? '',
      sessionId,
      browserId: cookie.read(request, sessionId),
    });
  });
}

/** The identity of a route in such a scope. */
export function sdkOf(request: { sdk: SdkIdentity | null }): SdkIdentity {
  if (!request.sdk) throw new Error('this route is not behind requireSdkToken');
  return request.sdk;
}
