import type { FastifyInstance } from 'fastify';
import type { ApiKey } from '../../domain/api-key.ts';
import { consentPage, departurePage } from '../../pages/consent-page.ts';
import { framePageScript, newNonce, windowPageScript } from '../../pages/scripts.ts';
import { sendPage } from '../../pages/send-page.ts';
import type { KnownKeys } from '../../usecases/access/known-keys.ts';
import { framedSession } from '../../usecases/browser/frame.ts';
import type { Deps } from '../../usecases/deps.ts';
import { type AppearanceQuery, appearanceOf } from '../appearance.ts';
import { noteView, pageView } from '../consent-view.ts';
import { header } from '../identity.ts';
import { onCanonicalHost } from '../same-origin.ts';
import { topLevelOnly } from '../top-level.ts';
import { logoRoute } from './logo.ts';

/** This machine's own names, for a development server. Browsers take no IPv6 address here (CSP 3 §2.3.1). */
const loopbackSources = ['localhost', '*.localhost', '127.0.0.1'].flatMap((host) => [
  `http://${host}:*`,
  `https://${host}:*`,
]);

/** Web views of other apps: a second window there opens nowhere, or in the place of the first. */
const otherApps = ['; wv)', 'FBAN/', 'FBAV/', 'Instagram', ' Line/'];
const isInOtherApp = (userAgent: string) => otherApps.some((name) => userAgent.includes(name));

type Params = { Params: { session_id: string }; Querystring: AppearanceQuery & { key?: string } };

/**
 * The consent page inside an integrator's page. Its address names the public key, whose list of origins says who may frame
 * it (acceptance C4); everybody else's browser shows nothing.
 */
export function frameRoutes(app: FastifyInstance, deps: Deps, keys: KnownKeys): void {
  const page = { config: { page: true }, preHandler: onCanonicalHost(deps.baseUrl) };

  app.get<Params>('/consent/:session_id/frame', page, async (request, reply) => {
    const keyId = header(request.query.key);
    const { session, workspaceName, key } = await framedSession(deps, keys, {
      sessionId: request.params.session_id,
      keyId,
    });
    const script = framePageScript({
      session: session.id,
      apiKey: keyId,
      status: session.status,
      reason: session.statusReason ?? '',
      requested: session.docTypes,
      consented: session.documentsConsented,
      trip: newNonce(),
      isInOtherApp: isInOtherApp(header(request.headers['user-agent'])),
    });
    const appearance = appearanceOf(request, session);
    noteView(deps, request, session, appearance.locale);
    const view = {
      ...appearance,
      ...(await pageView(deps, { session, workspaceName })),
      script,
      framed: true,
    };
    return sendPage(reply, consentPage(view), 200, [], { nonce: script.nonce, frameAncestors: ancestors(deps, key) });
  });

  logoRoute(app, deps, keys);

  app.get<Params>('/consent/:session_id/window', { ...page, onRequest: topLevelOnly }, async (request, reply) => {
    const script = windowPageScript({ window: 'waiting' });
    return sendPage(reply, departurePage({ ...appearanceOf(request), inLocale: undefined, script }), 200, [], {
      nonce: script.nonce,
      keepsOpener: true,
    });
  });
}

function ancestors({ loopbackOrigins }: Deps, { origins }: ApiKey): string[] {
  return ["'self'", ...origins, ...(loopbackOrigins ? loopbackSources : [])];
}
