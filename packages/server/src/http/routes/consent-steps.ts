import { randomBytes } from 'node:crypto';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { AppError } from '../../domain/app-error.ts';
import { returnAddress } from '../../domain/return-url.ts';
import type { Session } from '../../domain/session.ts';
import { requestWords } from '../../pages/notice.ts';
import { consentTextVersion } from '../../pages/texts/index.ts';
import { openTicket } from '../../usecases/browser/open.ts';
import type { Deps } from '../../usecases/deps.ts';
import { authorizePath, callbackPath } from '../../usecases/journey/attempt.ts';
import { beginJourney, type Notice } from '../../usecases/journey/begin.ts';
import { comeBack } from '../../usecases/journey/come-back.ts';
import { completeJourney } from '../../usecases/journey/complete.ts';
import { journeySession } from '../../usecases/journey/view.ts';
import { type AppearanceQuery, appearanceOf, knownLocale, rememberAppearance } from '../appearance.ts';
import { browserCookie } from '../browser-cookie.ts';
import { header } from '../identity.ts';
import type { returnCookie } from '../return-cookie.ts';
import { onCanonicalHost, refuseOtherOrigins } from '../same-origin.ts';
import { isTopLevel, topLevelOnly } from '../top-level.ts';
import type { wayBack } from '../way-back.ts';
import type { withdrawalCookie } from '../withdrawal-cookie.ts';

type Params = { Params: { session_id: string } };
/** What a form of the request says besides its address, or the frame's script for it. */
interface Choice {
  flow?: string;
  lang?: string;
}
type Sent = Params & { Body: Choice | undefined };
type Opening = Params & { Querystring: Choice & AppearanceQuery & { ticket?: string; key?: string; return?: string } };

interface Cookies {
  ways: ReturnType<typeof wayBack>;
  handles: ReturnType<typeof returnCookie>;
  withdrawals: ReturnType<typeof withdrawalCookie>;
}

/**
 * What a person does on the hosted page, and the way to EntityLocker and back. Each step is a form of its own (acceptance
 * C7), takes a one-use ticket (`open`), or is the address of the redirect flow, which has to be a link and is followed only
 * by somebody who is on the way. The cookie that binds an attempt to its browser is set here, at top level.
 */
export function consentSteps(app: FastifyInstance, deps: Deps, { ways, handles, withdrawals }: Cookies): void {
  const page = { config: { page: true } };
  const step = { ...page, onRequest: refuseOtherOrigins(deps.baseUrl) };
  const browsers = browserCookie(deps.baseUrl);
  const newId = () => randomBytes(32).toString('base64url');

  /** After a step: to the session's page, or from our last one to the integrator's, where the session has ended. */
  const goOn = async (reply: FastifyReply, sessionId: string) => {
    const { session } = await journeySession(deps, sessionId);
    return reply.redirect(`/consent/${sessionId}${returnAddress(session) ? '/return' : ''}`, 303);
  };

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
      const browserId = browsers.read(request) ?? newId();
      const next = begins ? await beginJourney(deps, { sessionId, browserId, notice: null }) : null;
      if (!next) return reply.redirect(`/consent/${sessionId}`, 302);
      return browsers.set(reply, browserId).redirect(next.location, 302);
    },
  );

  app.post<Sent>('/consent/:session_id/continue', step, async (request, reply) => {
    const sessionId = request.params.session_id;
    const browserId = browsers.read(request) ?? newId();
    const next = await beginJourney(deps, { sessionId, browserId, ...choiceOf(deps, request, request.body) });
    if (!next) return goOn(reply, sessionId);
    return browsers.set(reply, browserId).redirect(next.location, 303);
  });

  app.post<Params>('/consent/:session_id/retry', step, async (request, reply) => {
    const { session } = await journeySession(deps, request.params.session_id);
    const upstream = deps.upstreams[session.mode];
    if (upstream) await completeJourney(deps, session.id, upstream).catch(rethrowUnlessUpstream);
    return goOn(reply, session.id);
  });

  app.get<Opening>(
    '/consent/:session_id/open',
    { ...page, onRequest: topLevelOnly, preHandler: onCanonicalHost(deps.baseUrl) },
    async (request, reply) => {
      const sessionId = request.params.session_id;
      const browserId = browsers.read(request) ?? newId();
      const ticket = header(request.query.ticket);
      const next = await openTicket(deps, { sessionId, ticket, browserId, ...choiceOf(deps, request, request.query) });
      await ways.remember(request, reply);
      // The frame could keep nothing for the pages at top level, where the trip ends.
      rememberAppearance(request, reply, { sessionId, secure: deps.baseUrl.startsWith('https:') });
      // The integrator's page opened this window; EntityLocker need not know its address.
      reply.header('referrer-policy', 'no-referrer');
      if (!next) return reply.redirect(`/consent/${sessionId}`, 302);
      return browsers.set(reply, browserId).redirect(next.location, 302);
    },
  );

  app.get(callbackPath, page, async (request, reply) => {
    const query = new URL(request.raw.url ?? '', deps.baseUrl).searchParams;
    const back = await comeBack(deps, { query, browserId: browsers.read(request) });
    const { sessionId, requestToken, withdrawalCode, bySdk, unanswered } = back;
    if (withdrawalCode !== undefined) withdrawals.set(reply, sessionId, withdrawalCode);
    if (requestToken !== undefined) handles.set(reply, sessionId, requestToken);
    if (bySdk) return reply.redirect(`/consent/${sessionId}/returned`, 303);
    return unanswered ? reply.redirect(`/consent/${sessionId}?unanswered=1`, 303) : goOn(reply, sessionId);
  });
}

/** The flow that the person chose, and the words that they had before them: the form says in which language it was written. */
function choiceOf(
  { baseUrl, limits }: Deps,
  request: FastifyRequest,
  sent: Choice | undefined,
): { flow?: Session['flow']; notice: Notice } {
  const locale = knownLocale(sent?.lang) ?? appearanceOf(request).locale;
  const retentionMinutes = Math.round(limits.retentionMs / 60_000);
  const notice: Notice = {
    locale,
    version: consentTextVersion(locale),
    words: (view) =>
      requestWords({ ...view, locale, retentionMinutes, address: `${baseUrl}/consent/${view.session.id}` }),
  };
  const flow = sent?.flow;
  if (flow === undefined) return { notice };
  if (flow !== 'signin' && flow !== 'signup') throw new AppError('invalid_request_body', { detail: 'no such flow' });
  return { flow, notice };
}

/** The page that follows says by itself that EntityLocker is not answering. */
function rethrowUnlessUpstream(error: unknown): void {
  if (!(error instanceof AppError) || error.entry.kind !== 'upstream') throw error;
}
