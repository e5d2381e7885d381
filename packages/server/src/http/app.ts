import { randomUUID } from 'node:crypto';
import { type FastifyInstance, fastify } from 'fastify';
import { AppError } from '../domain/app-error.ts';
import type { WayOn } from '../pages/consent-page.ts';
import { knownKeys } from '../usecases/access/known-keys.ts';
import type { Deps } from '../usecases/deps.ts';
import { accessLog } from './access-log.ts';
import { bodyBytesMax, ignoreBodies, readJsonBodies } from './body.ts';
import { checkAnswers } from './check-answers.ts';
import { errorExit } from './error-exit.ts';
import { hostGuard } from './host-guard.ts';
import { requireCaller } from './identity.ts';
import { methodGuard } from './method-guard.ts';
import { limitCallers, type RateLimits } from './rate-limit.ts';
import { apiSessionDocumentRoute } from './routes/api-session-document.ts';
import { apiSessionStatusRoute } from './routes/api-session-status.ts';
import { assetRoutes } from './routes/assets.ts';
import { authenticateRoute } from './routes/authenticate.ts';
import { browserCalls } from './routes/browser-calls.ts';
import { consentRoutes } from './routes/consent.ts';
import { createSdkSessionRoute } from './routes/create-sdk-session.ts';
import { healthRoutes } from './routes/health.ts';
import { initApiSessionRoute } from './routes/init-api-session.ts';
import { legacyAuthorizeRoute } from './routes/legacy-authorize.ts';
import { sdkSessionDocumentRoute } from './routes/sdk-session-document.ts';
import { sdkSessionStatusRoute } from './routes/sdk-session-status.ts';
import { sessionProfileRoutes } from './routes/session-profile.ts';
import { testControlRoutes } from './routes/test-controls.ts';
import { cancelSessionRoute } from './routes/v1/cancel-session.ts';
import { createSessionRoute } from './routes/v1/create-session.ts';
import { getSessionRoute } from './routes/v1/get-session.ts';
import { listSessionsRoute } from './routes/v1/list-sessions.ts';
import { updateSessionRoute } from './routes/v1/update-session.ts';
import { vaultDocumentRoute } from './routes/vault-document.ts';

export interface HttpOptions {
  /** `host:port` values that are answered; null answers to all (a proxy in front judges). */
  hosts: ReadonlySet<string> | null;
  /** Null lifts the limits. */
  rateLimits: RateLimits | null;
  /** Hold each answer against its schema: for development and tests. */
  checkAnswers: boolean;
  /** Whether `POST /authorize` is there. */
  legacyAuthorize: boolean;
  isReady: () => Promise<boolean>;
  /** Shown on a session's last page. */
  wayOn?: WayOn;
  /** Further rooms of the house that want routes of their own, such as the demo of `tijori dev`. */
  extra?: (app: FastifyInstance) => Promise<void>;
}

/** Time limits of a connection, ms (acceptance §5). */
const headersMsMax = 10_000;
const requestMsMax = 30_000;
const keepAliveMs = 5_000;

/** Longest path parameter, characters: ids have 36. */
const pathParamCharsMax = 200;

/**
 * The HTTP side of the gateway. What happens to a request, in order:
 * transaction id → host → [API: caller → rate limit] → body → schema → route → access log; errors leave by `errorExit`.
 */
export async function buildApp(deps: Deps, options: HttpOptions): Promise<FastifyInstance> {
  const leave = errorExit(deps);
  const app = fastify({
    logger: false,
    frameworkErrors: leave,
    genReqId: () => randomUUID(),
    bodyLimit: bodyBytesMax,
    requestTimeout: requestMsMax,
    keepAliveTimeout: keepAliveMs,
    http: { headersTimeout: headersMsMax },
    forceCloseConnections: 'idle',
    exposeHeadRoutes: false,
    routerOptions: { maxParamLength: pathParamCharsMax },
    ajv: { customOptions: { coerceTypes: false, removeAdditional: false, useDefaults: false, allErrors: false } },
  });
  app.decorateRequest('caller', null);
  app.setErrorHandler(leave);
  app.setNotFoundHandler((request, reply) => leave(new AppError('route_not_found'), request, reply));
  const refuseOtherMethods = methodGuard(app);
  if (options.checkAnswers) checkAnswers(app);
  accessLog(app, deps.log);
  app.addHook('onRequest', (request, reply, done) => {
    reply.header('cache-control', 'no-store');
    // `GET http://elsewhere/…` is for proxies: a host in the address that disagrees with the header fools whoever reads either.
    done(request.raw.url?.startsWith('/') ? undefined : new AppError('route_not_found'));
  });
  if (options.hosts) hostGuard(app, options.hosts);

  const keys = knownKeys(deps.stores.apiKeys, deps.now);
  healthRoutes(app, deps, options.isReady);
  await app.register(async (scope) => {
    ignoreBodies(scope);
    authenticateRoute(scope, deps);
  });
  await app.register(async (scope) => {
    readJsonBodies(scope);
    requireCaller(scope, deps, keys);
    if (options.rateLimits) await limitCallers(scope, options.rateLimits);
    createSdkSessionRoute(scope, deps);
    sdkSessionStatusRoute(scope, deps);
    sdkSessionDocumentRoute(scope, deps);
    if (deps.testControls) testControlRoutes(scope, deps);
    initApiSessionRoute(scope, deps);
    apiSessionStatusRoute(scope, deps);
    apiSessionDocumentRoute(scope, deps);
    sessionProfileRoutes(scope, deps);
    createSessionRoute(scope, deps);
    listSessionsRoute(scope, deps);
    getSessionRoute(scope, deps);
    updateSessionRoute(scope, deps);
    await scope.register(cancelSessionRoute, { deps });
  });
  if (options.legacyAuthorize) {
    await app.register(async (scope) => {
      ignoreBodies(scope);
      requireCaller(scope, deps, keys);
      if (options.rateLimits) await limitCallers(scope, options.rateLimits);
      legacyAuthorizeRoute(scope, deps);
    });
  }
  await app.register(browserCalls, { deps, keys });
  vaultDocumentRoute(app, deps);
  assetRoutes(app);
  await app.register(consentRoutes, { deps, wayOn: options.wayOn });
  if (options.extra) await app.register(options.extra);
  await app.register(async () => refuseOtherMethods());
  return app;
}
