import cookie from '@fastify/cookie';
import { endpoints } from '@tijori/wire';
import type { FastifyInstance } from 'fastify';
import type { KnownKeys } from '../../usecases/access/known-keys.ts';
import type { Deps } from '../../usecases/deps.ts';
import { ignoreBodies, readJsonBodies } from '../body.ts';
import { requirePublicKey, requireSdkToken } from '../browser-caller.ts';
import { preflightRoute } from '../cors.ts';
import { limitPages } from '../rate-limit.ts';
import { sdkCookie } from '../sdk-cookie.ts';
import { browserAuthorizationUrlRoute } from './browser-authorization-url.ts';
import { browserAuthorizeRoute } from './browser-authorize.ts';
import { browserDocumentsRoute } from './browser-documents.ts';
import { browserInitRoute } from './browser-init.ts';
import { browserResetRoute } from './browser-reset.ts';
import { browserSessionRoute } from './browser-session.ts';
import { routerPath } from './path.ts';

/**
 * The calls that pages make (sandbox-api §1.10, B1–B6); nothing else here answers another origin. In order:
 * key → origin → rate limit → [all but `init`: SDK token → session → browser] → body → schema → route.
 */
export async function browserCalls(
  app: FastifyInstance,
  { deps, keys, isLimited }: { deps: Deps; keys: KnownKeys; isLimited: boolean },
) {
  for (const { family, path, method } of endpoints) {
    if (family === 'browser') preflightRoute(app, deps, { url: routerPath(path), method });
  }
  await app.register(async (scope) => {
    await scope.register(cookie);
    requirePublicKey(scope, deps, keys);
    if (isLimited) limitPages(scope, deps.rates);
    ignoreBodies(scope);
    const binding = sdkCookie(deps.baseUrl);
    browserInitRoute(scope, deps, binding);
    await scope.register(async (inner) => {
      requireSdkToken(inner, deps, binding);
      browserSessionRoute(inner, deps);
      browserAuthorizationUrlRoute(inner, deps);
      browserDocumentsRoute(inner, deps);
      browserResetRoute(inner, deps);
      await inner.register(async (withBody) => {
        readJsonBodies(withBody);
        browserAuthorizeRoute(withBody, deps);
      });
    });
  });
}
