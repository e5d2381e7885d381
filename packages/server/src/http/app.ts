import { randomUUID } from 'node:crypto';
import type { ErrorStatusStyle } from '@tijori/wire';
import { type FastifyInstance, fastify } from 'fastify';
import { AppError } from '../domain/app-error.ts';
import type { WayOn } from '../pages/consent-page.ts';
import { knownKeys } from '../usecases/access/known-keys.ts';
import type { Deps } from '../usecases/deps.ts';
import { accessLog } from './access-log.ts';
import { bodyBytesMax, ignoreBodies, readJsonBodies } from './body.ts';
import { checkAnswers } from './check-answers.ts';
import { type ConnectionLimits, connections } from './connections.ts';
import { errorExit } from './error-exit.ts';
import { requireCaller } from './identity.ts';
import { lazySchemas } from './lazy-schemas.ts';
import { methodGuard } from './method-guard.ts';
import { limitCallers, type RateLimits } from './rate-limit.ts';
import { requestGuard } from './request-guard.ts';
import { apiSessionDocumentRoute } from './routes/api-session-document.ts';
import { apiSessionStatusRoute } from './routes/api-session-status.ts';
import { assetRoutes } from './routes/assets.ts';
import { authenticateRoute } from './routes/authenticate.ts';
import { browserCalls } from './routes/browser-calls.ts';
import { consentRoutes } from './routes/consent.ts';
import { createSdkSessionRoute } from './routes/create-sdk-session.ts';
import { docsRoutes } from './routes/docs.ts';
import { evidenceKeysRoute } from './routes/evidence-keys.ts';
import { healthRoutes } from './routes/health.ts';
import { initApiSessionRoute } from './routes/init-api-session.ts';
import { legacyAuthorizeRoute } from './routes/legacy-authorize.ts';
import { sdkScriptRoute } from './routes/sdk-script.ts';
import { sdkSessionDocumentRoute } from './routes/sdk-session-document.ts';
import { sdkSessionStatusRoute } from './routes/sdk-session-status.ts';
import { sessionProfileRoutes } from './routes/session-profile.ts';
import { testControlRoutes } from './routes/test-controls.ts';
import { consentReceiptRoute } from './routes/v1/consent-receipt.ts';
import { createSessionRoute } from './routes/v1/create-session.ts';
import { eventRoutes } from './routes/v1/events.ts';
import { followUpSessionRoute } from './routes/v1/follow-up-session.ts';
import { getConsentRoute } from './routes/v1/get-consent.ts';
import { getSessionRoute } from './routes/v1/get-session.ts';
import { listDocumentsRoute } from './routes/v1/list-documents.ts';
import { listSessionsRoute } from './routes/v1/list-sessions.ts';
import { sessionDataRoute } from './routes/v1/session-data.ts';
import { sessionOrders } from './routes/v1/session-orders.ts';
import { updateSessionRoute } from './routes/v1/update-session.ts';
import { webhookDeliveryRoutes, webhookTestRoute } from './routes/v1/webhook-deliveries.ts';
import { webhookEndpointOrders, webhookEndpointRoutes } from './routes/v1/webhook-endpoints.ts';
import { vaultDocumentRoute } from './routes/vault-document.ts';
import { withdrawalRoutes } from './routes/withdrawal.ts';
import { storageWatch } from './storage-watch.ts';

export interface HttpOptions {
  /** `host:port` values that are answered; null answers to all (a proxy in front judges). */
  hosts: ReadonlySet<string> | null;
  /** Null lifts the limits. */
  rateLimits: RateLimits | null;
  errorStatus: ErrorStatusStyle;
  /** Addresses whose `X-Forwarded-For` is believed. */
  proxies: readonly string[];
  /** Hold each answer against its contract: for development and tests. */
  checkAnswers: boolean;
  /** Told of each answer that broke it. */
  onBreach?: (breach: string) => void;
  /** Whether `POST /authorize` is there. */
  legacyAuthorize: boolean;
  isReady: () => Promise<boolean>;
  /** What differs from the usual limits. */
  connections?: Partial<ConnectionLimits>;
  /** Shown on a session's last page. */
  wayOn?: WayOn;
  /** Further rooms of the house that want routes of their own, such as the demo of `tijori dev`. */
  extra?: (app: FastifyInstance) => Promise<void>;
}

/** Longest path parameter, characters: ids have 36. */
const pathParamCharsMax = 200;

/**
 * The HTTP side of the gateway. What happens to a request, in order:
 * overload watch → transaction id → request guard (framing, host) → [API: caller → rate limit] → body → schema → idempotency → route →
 * access log; errors leave by `errorExit`, and what Node refuses before that by `connections`.
 */
export async function buildApp(deps: Deps, options: HttpOptions): Promise<FastifyInstance> {
  const storage = storageWatch(deps);
  const leave = errorExit(deps, options.errorStatus, storage);
  const guard = requestGuard(options.hosts);
  const { options: serverOptions, close } = connections(deps, options.connections);
  const app = fastify({
    ...serverOptions,
    logger: false,
    // An address that the router cannot read comes here past every hook, so the guard is asked here, too.
    frameworkErrors: (error, request, reply) => leave(guard(request.raw) ?? error, request, reply),
    genReqId: () => randomUUID(),
    trustProxy: options.proxies.length > 0 ? [...options.proxies] : false,
    bodyLimit: bodyBytesMax,
    forceCloseConnections: 'idle',
    // Who got a connection before the stop gets an answer, and is told to close it.
    return503OnClosing: false,
    exposeHeadRoutes: false,
    routerOptions: { maxParamLength: pathParamCharsMax },
    schemaController: lazySchemas(),
    ajv: { customOptions: { coerceTypes: false, removeAdditional: false, useDefaults: false, allErrors: false } },
  });
  let closed: Promise<void> | undefined;
  app.addHook('preClose', async () => {
    closed = close();
  });
  app.addHook('onClose', () => closed);
  app.decorateRequest('caller', null);
  app.decorateRequest('bodyHash', null);
  app.setErrorHandler(leave);
  app.setNotFoundHandler((request, reply) => leave(new AppError('route_not_found'), request, reply));
  const methods = methodGuard(app, { maxParamLength: pathParamCharsMax });
  if (options.checkAnswers) {
    checkAnswers(
      app,
      (breach) => {
        deps.log.error({ detail: breach }, 'an answer broke the contract');
        options.onBreach?.(breach);
      },
      { again: options.onBreach !== undefined },
    );
  }
  accessLog(app, deps.log);
  app.addHook('onRequest', (request, reply, done) => {
    reply.header('cache-control', 'no-store').header('x-transaction-id', request.id);
    done(guard(request.raw) ?? (request.is404 ? methods.refusal(request, reply) : undefined));
  });

  const keys = knownKeys(deps.stores.apiKeys, deps.now);
  healthRoutes(app, deps, { isReady: options.isReady, storage });
  await app.register(async (scope) => {
    ignoreBodies(scope);
    authenticateRoute(scope, deps, options);
  });
  await app.register(async (scope) => {
    readJsonBodies(scope);
    requireCaller(scope, deps, keys);
    if (options.rateLimits) limitCallers(scope, deps.rates, options.rateLimits);
    createSdkSessionRoute(scope, deps);
    sdkSessionStatusRoute(scope, deps);
    sdkSessionDocumentRoute(scope, deps);
    if (deps.testControls) await scope.register(testControlRoutes, { deps });
    initApiSessionRoute(scope, deps);
    apiSessionStatusRoute(scope, deps);
    apiSessionDocumentRoute(scope, deps);
    sessionProfileRoutes(scope, deps);
    createSessionRoute(scope, deps);
    listSessionsRoute(scope, deps);
    getSessionRoute(scope, deps);
    listDocumentsRoute(scope, deps);
    sessionDataRoute(scope, deps);
    updateSessionRoute(scope, deps);
    await scope.register(sessionOrders, { deps });
    getConsentRoute(scope, deps);
    consentReceiptRoute(scope, deps);
    await scope.register(followUpSessionRoute, { deps });
    webhookEndpointRoutes(scope, deps);
    await scope.register(webhookEndpointOrders, { deps });
    webhookDeliveryRoutes(scope, deps);
    await scope.register(webhookTestRoute, { deps });
    eventRoutes(scope, deps);
  });
  if (options.legacyAuthorize) {
    await app.register(async (scope) => {
      ignoreBodies(scope);
      requireCaller(scope, deps, keys);
      if (options.rateLimits) limitCallers(scope, deps.rates, options.rateLimits);
      legacyAuthorizeRoute(scope, deps);
    });
  }
  await app.register(browserCalls, { deps, keys, isLimited: options.rateLimits !== null });
  vaultDocumentRoute(app, deps);
  evidenceKeysRoute(app, deps);
  assetRoutes(app);
  docsRoutes(app, deps);
  sdkScriptRoute(app, deps.baseUrl);
  await app.register(consentRoutes, { deps, keys, wayOn: options.wayOn });
  await app.register(withdrawalRoutes, { deps });
  if (options.extra) await app.register(options.extra);
  await app.register(async () => methods.close());
  return app;
}
