import cookie from '@fastify/cookie';
import formbody from '@fastify/formbody';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { returnAddress } from '../../domain/return-url.ts';
import { isEnd } from '../../domain/session.ts';
import { consentPage, type WayOn } from '../../pages/consent-page.ts';
import { returnPage } from '../../pages/return-page.ts';
import { windowPageScript } from '../../pages/scripts.ts';
import { sendPage } from '../../pages/send-page.ts';
import type { KnownKeys } from '../../usecases/access/known-keys.ts';
import { findTicket } from '../../usecases/browser/tickets.ts';
import type { Deps } from '../../usecases/deps.ts';
import { journeySession } from '../../usecases/journey/view.ts';
import { type AppearanceQuery, appearanceOf, rememberAppearance } from '../appearance.ts';
import { noteView, pageView } from '../consent-view.ts';
import { returnCookie } from '../return-cookie.ts';
import { onCanonicalHost } from '../same-origin.ts';
import { wayBack } from '../way-back.ts';
import { withdrawalCookie } from '../withdrawal-cookie.ts';
import { consentSteps } from './consent-steps.ts';
import { frameRoutes } from './frame.ts';

type Params = { Params: { session_id: string } };
/** A page to which a person may come from an integrator's, with the way back. */
type Coming = Params & { Querystring: AppearanceQuery & { key?: string; return?: string; unanswered?: string } };

/**
 * The hosted page, on which looking changes nothing. What a person does on it, and the way to EntityLocker and back, is in
 * `consent-steps.ts`; the page inside an integrator's in `frame.ts`.
 */
export async function consentRoutes(
  app: FastifyInstance,
  { deps, keys, wayOn }: { deps: Deps; keys: KnownKeys; wayOn?: WayOn | undefined },
) {
  await app.register(cookie);
  await app.register(formbody);
  const page = { config: { page: true } };
  const shown = { ...page, preHandler: onCanonicalHost(deps.baseUrl) };
  const secure = deps.baseUrl.startsWith('https:');
  const handles = returnCookie(deps.baseUrl);
  const ways = wayBack(deps, keys);
  const withdrawals = withdrawalCookie(deps.baseUrl);

  /** `/returned` is the end of a trip that a frame of ours began: there the window must still know who opened it. */
  const show = (isReturn: boolean) => async (request: FastifyRequest<Coming>, reply: FastifyReply) => {
    const view = await journeySession(deps, request.params.session_id);
    const { session } = view;
    rememberAppearance(request, reply, { sessionId: session.id, secure });
    if (!isReturn) await ways.remember(request, reply);
    const upstream = deps.upstreams[session.mode];
    const formAction = upstream ? [upstream.authorizationOrigin] : [];
    const requestToken = isReturn ? await liveHandle(deps, session.id, handles.read(request)) : undefined;
    const back = await ways.read(request);
    const script =
      isReturn || back
        ? windowPageScript({
            window: isReturn ? 'returned' : 'hosted',
            session: session.id,
            ...(requestToken !== undefined && { 'request-token': requestToken }),
            back: back && isEnd(session.status) ? back : '',
          })
        : undefined;
    const on = back ? { href: back, site: new URL(back).host } : wayOn;
    const appearance = appearanceOf(request, session);
    noteView(deps, request, session, appearance.locale);
    return sendPage(
      reply,
      consentPage({
        ...appearance,
        ...(await pageView(deps, view)),
        notAnswering: request.query.unanswered !== undefined,
        wayOn: on,
        withdrawalCode: withdrawals.read(request),
        script,
      }),
      200,
      formAction,
      script ? { nonce: script.nonce, keepsOpener: isReturn } : {},
    );
  };
  app.get<Coming>('/consent/:session_id', shown, show(false));
  app.get<Coming>('/consent/:session_id/returned', shown, show(true));
  frameRoutes(app, deps, keys);
  consentSteps(app, deps, { ways, handles, withdrawals });

  app.get<Params>('/consent/:session_id/return', page, async (request, reply) => {
    const { session, workspaceName } = await journeySession(deps, request.params.session_id);
    const address = returnAddress(session);
    if (!address) return reply.redirect(`/consent/${session.id}`, 302);
    const appearance = { ...appearanceOf(request, session), inLocale: undefined };
    return sendPage(reply, returnPage({ ...appearance, address, workspaceName }));
  });
}

/** The handle that the browser brought from the callback, if the page that began the trip can still use it. */
async function liveHandle(deps: Deps, sessionId: string, handle: string | undefined): Promise<string | undefined> {
  const found = handle && (await findTicket(deps, handle, { kind: 'return', sessionId }));
  return found ? handle : undefined;
}
