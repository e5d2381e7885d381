import { randomBytes } from 'node:crypto';
import cookie from '@fastify/cookie';
import formbody from '@fastify/formbody';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { AppError } from '../../domain/app-error.ts';
import { returnAddress } from '../../domain/return-url.ts';
import { isEnd } from '../../domain/session.ts';
import { consentPage, type WayOn } from '../../pages/consent-page.ts';
import { returnPage } from '../../pages/return-page.ts';
import { windowPageScript } from '../../pages/scripts.ts';
import { sendPage } from '../../pages/send-page.ts';
import type { KnownKeys } from '../../usecases/access/known-keys.ts';
import { pageAddress } from '../../usecases/browser/frame.ts';
import { openTicket } from '../../usecases/browser/open.ts';
import { findTicket } from '../../usecases/browser/tickets.ts';
import type { Deps } from '../../usecases/deps.ts';
import { authorizePath, callbackPath } from '../../usecases/journey/attempt.ts';
import { beginJourney } from '../../usecases/journey/begin.ts';
import { comeBack } from '../../usecases/journey/come-back.ts';
import { completeJourney } from '../../usecases/journey/complete.ts';
import { journeySession } from '../../usecases/journey/view.ts';
import { pageView } from '../consent-view.ts';
import { header } from '../identity.ts';
import { returnCookie } from '../return-cookie.ts';
import { onCanonicalHost, refuseOtherOrigins } from '../same-origin.ts';
import { isTopLevel, topLevelOnly } from '../top-level.ts';
import { wayBackCookie } from '../way-back-cookie.ts';
import { frameRoutes } from './frame.ts';

/** Characters of the binding cookie: 32 random bytes. */
const browserIdPattern = /^[A-Za-z0-9_-]{43}$/;

type Params = { Params: { session_id: string } };
/** A page to which a person may come from an integrator's, with the way back. */
type Coming = Params & { Querystring: { ticket?: string; key?: string; return?: string } };

/**
 * The hosted page and the way to EntityLocker and back. Looking at the page changes nothing; each step is a form of its
 * own (acceptance C7), takes a one-use ticket (`open`), or is the address of the redirect flow, which has to be a link and
 * is followed only by somebody who is on the way. The cookie that binds an attempt to its browser is set here, at top level.
 */
export async function consentRoutes(
  app: FastifyInstance,
  { deps, keys, wayOn }: { deps: Deps; keys: KnownKeys; wayOn?: WayOn | undefined },
) {
  await app.register(cookie);
  await app.register(formbody);
  const page = { config: { page: true } };
  const secure = deps.baseUrl.startsWith('https:');
  // The prefix makes browsers refuse the cookie from anybody but this very origin; it needs https.
  const cookieName = secure ? '__Host-tijori_browser' : 'tijori_browser';

  const browserId = (request: FastifyRequest) => {
    const value = request.cookies[cookieName];
    return value !== undefined && browserIdPattern.test(value) ? value : undefined;
  };
  const bind = (reply: FastifyReply, value: string) =>
    reply.setCookie(cookieName, value, { path: '/', httpOnly: true, sameSite: 'lax', secure });

  const handles = returnCookie(deps.baseUrl);

  const ways = wayBackCookie(deps.baseUrl);

  /** Writes down where the person came from, if that is a page where the key may be used. */
  const rememberWay = async (request: FastifyRequest<Coming>, reply: FastifyReply) => {
    const sessionId = request.params.session_id;
    const [keyId, wish] = [header(request.query.key), header(request.query.return)];
    const address = wish === '' ? undefined : await pageAddress(deps, keys, { sessionId, keyId, address: wish });
    if (address !== undefined) ways.set(reply, sessionId, { keyId, address });
  };

  /** `/returned` is the end of a trip that a frame of ours began: there the window must still know who opened it. */
  const show = (isReturn: boolean) => async (request: FastifyRequest<Coming>, reply: FastifyReply) => {
    const view = await journeySession(deps, request.params.session_id);
    const { session } = view;
    if (!isReturn) await rememberWay(request, reply);
    const upstream = deps.upstreams[session.mode];
    const formAction = upstream ? [upstream.authorizationOrigin] : [];
    const requestToken = isReturn ? await liveHandle(deps, session.id, handles.read(request)) : undefined;
    const way = ways.read(request);
    const back = way && (await pageAddress(deps, keys, { ...way, sessionId: session.id }));
    const script =
      isReturn || back
        ? windowPageScript({
            window: isReturn ? 'returned' : 'hosted',
            session: session.id,
            ...(requestToken !== undefined && { 'request-token': requestToken }),
            back: back && isEnd(session.status) ? back : '',
          })
        : undefined;
    const on = back ? { href: back, text: `Back to ${new URL(back).host}` } : wayOn;
    return sendPage(
      reply,
      consentPage({ ...pageView(deps, view), wayOn: on, script }),
      200,
      formAction,
      script ? { nonce: script.nonce, keepsOpener: isReturn } : {},
    );
  };
  const shown = { ...page, preHandler: onCanonicalHost(deps.baseUrl) };
  app.get<Coming>('/consent/:session_id', shown, show(false));
  app.get<Coming>('/consent/:session_id/returned', shown, show(true));
  frameRoutes(app, deps, keys);

  /** After a step: to the session's page, or from our last one to the integrator's, where the session has ended. */
  const goOn = async (reply: FastifyReply, sessionId: string) => {
    const { session } = await journeySession(deps, sessionId);
    return reply.redirect(returnAddress(session) ? returnPath(sessionId) : `/consent/${sessionId}`, 303);
  };

  app.get<Params>(returnPath(':session_id'), page, async (request, reply) => {
    const { session, workspaceName } = await journeySession(deps, request.params.session_id);
    const address = returnAddress(session);
    if (!address) return reply.redirect(`/consent/${session.id}`, 302);
    return sendPage(reply, returnPage({ address, workspaceName }));
  });

  app.get<Params>(
    authorizePath(':session_id'),
    { ...page, preHandler: onCanonicalHost(deps.baseUrl) },
    async (request, reply) => {
      const sessionId = request.params.session_id;
      const { session } = await journeySession(deps, sessionId);
      const address = returnAddress(session);
      if (address) return reply.redirect(address, 302);
      // Other families have a page to read first; and only somebody who is on the way begins anything.
      const begins = session.family === 'api' && isTopLevel(request);
      const id = browserId(request) ?? randomBytes(32).toString('base64url');
      const next = begins ? await beginJourney(deps, { sessionId, browserId: id }) : null;
      return next ? bind(reply, id).redirect(next.location, 302) : reply.redirect(`/consent/${sessionId}`, 302);
    },
  );

  const step = { ...page, onRequest: refuseOtherOrigins(deps.baseUrl) };

  app.post<Params>('/consent/:session_id/continue', step, async (request, reply) => {
    const sessionId = request.params.session_id;
    const id = browserId(request) ?? randomBytes(32).toString('base64url');
    const next = await beginJourney(deps, { sessionId, browserId: id });
    if (!next) return goOn(reply, sessionId);
    return bind(reply, id).redirect(next.location, 303);
  });

  app.post<Params>('/consent/:session_id/retry', step, async (request, reply) => {
    const { session } = await journeySession(deps, request.params.session_id);
    const upstream = deps.upstreams[session.mode];
    if (upstream) await completeJourney(deps, session.id, upstream).catch(rethrowUnlessUpstream);
    return goOn(reply, session.id);
  });

  app.get<Coming>(
    '/consent/:session_id/open',
    { ...page, onRequest: topLevelOnly, preHandler: onCanonicalHost(deps.baseUrl) },
    async (request, reply) => {
      const sessionId = request.params.session_id;
      const id = browserId(request) ?? randomBytes(32).toString('base64url');
      const ticket = header(request.query.ticket);
      const next = await openTicket(deps, { sessionId, ticket, browserId: id });
      await rememberWay(request, reply);
      // The integrator's page opened this window; EntityLocker need not know its address.
      reply.header('referrer-policy', 'no-referrer');
      if (!next) return reply.redirect(`/consent/${sessionId}`, 302);
      return bind(reply, id).redirect(next.location, 302);
    },
  );

  app.get(callbackPath, page, async (request, reply) => {
    const query = new URL(request.raw.url ?? '', deps.baseUrl).searchParams;
    const { sessionId, requestToken, bySdk } = await comeBack(deps, { query, browserId: browserId(request) });
    if (requestToken !== undefined) handles.set(reply, sessionId, requestToken);
    return bySdk ? reply.redirect(`/consent/${sessionId}/returned`, 303) : goOn(reply, sessionId);
  });
}

/** The handle that the browser brought from the callback, if the page that began the trip can still use it. */
async function liveHandle(deps: Deps, sessionId: string, handle: string | undefined): Promise<string | undefined> {
  const found = handle && (await findTicket(deps, handle, { kind: 'return', sessionId }));
  return found ? handle : undefined;
}

function returnPath(sessionId: string): string {
  return `/consent/${sessionId}/return`;
}

/** The page that follows says by itself that EntityLocker is not answering. */
function rethrowUnlessUpstream(error: unknown): void {
  if (!(error instanceof AppError) || error.entry.kind !== 'upstream') throw error;
}
