import cookie from '@fastify/cookie';
import formbody from '@fastify/formbody';
import { docTypeNamed } from '@tijori/wire';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { AppError } from '../domain/app-error.ts';
import { onCanonicalHost, refuseOtherOrigins } from '../http/same-origin.ts';
import { sendPage } from '../pages/send-page.ts';
import { type DemoFile, demoAnswerPage, demoFilesPage } from './answer-page.ts';
import { type DemoCredentials, demoApi } from './api.ts';
import { demoPage } from './page.ts';

/** This browser's latest sessions, newest first. */
const cookieName = 'tijori_demo';
const sessionsShownMax = 5;
const sessionIdPattern = /^[0-9a-f-]{36}$/;

/**
 * The demo of `tijori dev`. Its server side is an ordinary integrator: credentials stay here, and no other site's page
 * can press its button.
 */
export async function demoRoutes(
  app: FastifyInstance,
  { baseUrl, credentials }: { baseUrl: string; credentials: () => DemoCredentials },
) {
  await app.register(cookie);
  await app.register(formbody);
  const api = () => demoApi(baseUrl, credentials());
  const show = { config: { page: true }, preHandler: onCanonicalHost(baseUrl) };

  const sessionIds = (request: FastifyRequest) =>
    (request.cookies[cookieName] ?? '')
      .split('.')
      .filter((id) => sessionIdPattern.test(id))
      .slice(0, sessionsShownMax);

  app.get('/', show, async (_request, reply) => reply.redirect('/demo', 302));

  app.get('/demo', show, async (request, reply) => {
    const sessions = await Promise.all(sessionIds(request).map(async (id) => ({ id, answer: await api().status(id) })));
    return sendPage(reply, demoPage(sessions, Date.now()));
  });

  app.post<{ Body: { doc_types?: string | string[] } }>(
    '/demo/sessions',
    { config: { page: true }, onRequest: refuseOtherOrigins(baseUrl) },
    async (request, reply) => {
      const answer = await api().create('signin', [request.body?.doc_types ?? []].flat());
      const id = answer.body.data?.id;
      if (typeof id !== 'string') return sendPage(reply, demoAnswerPage('No session was made', answer), 200);
      const ids = [id, ...sessionIds(request)].slice(0, sessionsShownMax);
      return reply
        .setCookie(cookieName, ids.join('.'), { path: '/demo', httpOnly: true, sameSite: 'lax' })
        .redirect(`/consent/${id}`, 303);
    },
  );

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
