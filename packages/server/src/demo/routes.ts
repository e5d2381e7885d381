import { randomBytes } from 'node:crypto';
import cookie from '@fastify/cookie';
import formbody from '@fastify/formbody';
import { docTypeNamed, docTypes } from '@tijori/wire';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { AppError } from '../domain/app-error.ts';
import { onCanonicalHost, refuseOtherOrigins } from '../http/same-origin.ts';
import { sendPage } from '../pages/send-page.ts';
import { type DemoFile, demoAnswerPage, demoFilesPage } from './answer-page.ts';
import { type DemoCredentials, demoApi } from './api.ts';
import { plainPage } from './page.ts';
import { demoSettings } from './settings.ts';
import { type ShopVariant, shopPage } from './shop-page.ts';
import type { ShownCall } from './shown-call.ts';
import { demoAssets, reactImports } from './sources.ts';

/** This browser's latest sessions, newest first, and the outcome that its page asks for. */
const sessionsCookie = 'tijori_demo';
const outcomeCookie = 'tijori_demo_outcome';
const sessionsShownMax = 5;
const sessionIdPattern = /^[0-9a-f-]{36}$/;

interface DemoOptions {
  baseUrl: string;
  credentials: () => DemoCredentials;
  /** Outcomes that the simulator can play. */
  outcomes: readonly string[];
}

/**
 * The demo of `tijori dev`. Its server side is an ordinary integrator: credentials stay here, and no other site's page
 * can press its button.
 */
export async function demoRoutes(app: FastifyInstance, { baseUrl, credentials, outcomes }: DemoOptions) {
  await app.register(cookie);
  await app.register(formbody);
  const api = (tell?: (call: ShownCall) => void) => demoApi(baseUrl, credentials(), tell);
  const show = { config: { page: true }, preHandler: onCanonicalHost(baseUrl) };
  const cookieRules = { path: '/demo', httpOnly: true, sameSite: 'lax' } as const;

  const sessionIds = (request: FastifyRequest) =>
    (request.cookies[sessionsCookie] ?? '')
      .split('.')
      .filter((id) => sessionIdPattern.test(id))
      .slice(0, sessionsShownMax);
  const remember = (request: FastifyRequest, reply: FastifyReply, id: string) =>
    reply.setCookie(sessionsCookie, [id, ...sessionIds(request)].slice(0, sessionsShownMax).join('.'), cookieRules);
  const ownSessions = (request: FastifyRequest) => {
    const asked = api();
    return Promise.all(sessionIds(request).map(async (id) => ({ id, answer: await asked.status(id) })));
  };

  app.get('/', show, async (_request, reply) => reply.redirect('/demo', 302));

  const shop = (variant: ShopVariant) => async (request: FastifyRequest, reply: FastifyReply) => {
    const settings = demoSettings(request.query as Record<string, unknown>, outcomes);
    const nonce = randomBytes(16).toString('base64');
    const page = shopPage({
      variant,
      settings,
      outcomes,
      sessions: await ownSessions(request),
      imports: variant === 'react' ? reactImports() : undefined,
      baseUrl,
      apiKey: credentials().apiKey,
      nonce,
      nowMs: Date.now(),
    });
    reply.setCookie(outcomeCookie, settings.outcome, cookieRules);
    return sendPage(reply, page, 200, [], { nonce, framesOurs: true, keepsOpener: true });
  };
  app.get('/demo', show, shop('html'));
  app.get('/demo/react', show, shop('react'));
  app.get('/demo/plain', show, async (request, reply) =>
    sendPage(reply, plainPage(await ownSessions(request), Date.now())),
  );

  let assets: ReturnType<typeof demoAssets> | undefined;
  app.get<{ Params: { '*': string } }>('/demo/assets/*', async (request, reply) => {
    // Read when a page first asks: putting React together would hold up the start.
    assets ??= demoAssets();
    const name = request.params['*'];
    const text = assets.get(name);
    if (text === undefined) throw new AppError('route_not_found');
    const type = name.endsWith('.css') ? 'text/css' : 'text/javascript';
    return reply.type(`${type}; charset=utf-8`).header('x-content-type-options', 'nosniff').send(text);
  });

  app.post<{ Body: { doc_types?: string | string[] } }>(
    '/demo/sessions',
    { config: { page: true }, onRequest: refuseOtherOrigins(baseUrl) },
    async (request, reply) => {
      const answer = await api().create('signin', [request.body?.doc_types ?? []].flat());
      const id = answer.body.data?.id;
      if (typeof id !== 'string') return sendPage(reply, demoAnswerPage('No session was made', answer), 200);
      return remember(request, reply, id).redirect(`/consent/${id}`, 303);
    },
  );

  app.post<{ Body: { wanted?: unknown } }>(
    '/demo/api/sessions',
    { onRequest: refuseOtherOrigins(baseUrl) },
    async (request, reply) => {
      const calls: ShownCall[] = [];
      const wanted = Array.isArray(request.body?.wanted) ? request.body.wanted.map(String) : [];
      const { body } = await api((call) => calls.push(call)).create('signin', wanted, request.cookies[outcomeCookie]);
      const id = body.data?.id;
      if (typeof id !== 'string') return reply.code(502).send({ message: body.message, calls });
      return remember(request, reply, id).send({ sessionId: id, calls });
    },
  );

  app.get<{ Params: { session_id: string } }>('/demo/api/sessions/:session_id', async (request) => {
    const { session_id: id } = request.params;
    if (!sessionIds(request).includes(id)) throw new AppError('route_not_found');
    const calls: ShownCall[] = [];
    const asked = api((call) => calls.push(call));
    const { data = {} } = (await asked.status(id)).body;
    const shared: unknown[] = Array.isArray(data.documents_consented) ? data.documents_consented : [];
    const entity = data.status === 'succeeded' ? (await asked.entity(id)).body.data : undefined;
    return {
      status: data.status,
      business: entity?.name || 'Your business',
      documents: docTypes.map(({ name, title }) => ({
        name,
        title,
        shared: shared.includes(name),
        href: `/demo/sessions/${id}/documents/${name}`,
      })),
      calls,
    };
  });

  app.get<{ Params: { session_id: string; doc_type: string } }>(
    '/demo/sessions/:session_id/documents/:doc_type',
    show,
    async (request, reply) => {
      const { session_id: id, doc_type: docType } = request.params;
      const mine = sessionIds(request).includes(id);
      const type = docTypeNamed(docType);
      if (!mine || !type) throw new AppError('route_not_found');
      const answer = await api().document(id, type.name);
      const listed = answer.body.data?.files;
      const files = Array.isArray(listed) ? (listed as DemoFile[]) : [];
      const [first, second] = files;
      if (second) return sendPage(reply, demoFilesPage(type.title, files, answer));
      if (first) return reply.redirect(first.url, 303);
      return sendPage(reply, demoAnswerPage(`No file for ${type.title}`, answer));
    },
  );
}
