import type { Socket } from 'node:net';
import cookie from '@fastify/cookie';
import formbody from '@fastify/formbody';
import { type FastifyInstance, type FastifyReply, type FastifyRequest, fastify } from 'fastify';
import { type Answer, fault, page } from './answer.ts';
import { type Control, expire, queueAnswers, reset } from './control/control.ts';
import type { Deps } from './deps.ts';
import { messagePage } from './pages/message.ts';
import { uploadBytesMax, uploadPath } from './resources/upload.ts';
import { type Route, routeTable } from './routes.ts';

/** Said with every answer, so that no gateway takes the simulator for the real locker. */
const everyAnswer = {
  'x-entitylocker-simulator': '1',
  'cache-control': 'no-store',
  'x-content-type-options': 'nosniff',
};

/** Beside `/public`, where the real locker has nothing: JSON, with the client's own credentials. */
const controls: Readonly<Record<string, Control>> = {
  '/simulator/answers': queueAnswers,
  '/simulator/reset': reset,
  '/simulator/expiry': expire,
};

/** The HTTP app. It does not log: addresses and bodies here carry codes, tokens and one-time passwords. */
export async function buildApp(deps: Deps): Promise<FastifyInstance> {
  const app = fastify({
    bodyLimit: 64 * 1024,
    requestTimeout: 30_000,
    // Node looks for slow connections only every 30 s unless told otherwise.
    http: { headersTimeout: 10_000, connectionsCheckingInterval: 2_000 },
    // A HEAD must not begin a journey.
    exposeHeadRoutes: false,
    routerOptions: { maxParamLength: 1000 },
    frameworkErrors: (error, request, reply) => send(reply, faultOf(deps, error, request)),
  });
  app.addHook('onRequest', async (_request, reply) => {
    reply.headers(everyAnswer);
  });
  // Forms only: JSON to the token endpoint is refused (entitylocker-upstream §1.3).
  app.removeAllContentTypeParsers();
  await app.register(formbody);
  await app.register(cookie);
  app.setErrorHandler((error, request, reply) => send(reply, faultOf(deps, error, request)));
  app.setNotFoundHandler((request, reply) => send(reply, notFound(request)));
  const routes = routeTable();
  for (const route of routes) if (!route.takesFiles) addRoute(app, deps, route);
  // In a scope of its own: nowhere else are other bodies than forms read.
  await app.register(async (scope) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
    for (const route of routes) if (route.takesFiles) addRoute(scope, deps, route);
  });
  await app.register(async (scope) => {
    scope.addContentTypeParser('application/json', { parseAs: 'string' }, scope.getDefaultJsonParser('error', 'error'));
    for (const [path, control] of Object.entries(controls)) {
      scope.post(path, async (request, reply) => {
        const answer = control(deps, request);
        await deps.state.settled();
        return send(reply, answer);
      });
    }
  });
  // A connection that is left without an answer would hold the closing up.
  app.addHook('preClose', async () => deps.release());
  closeUnused(app);
  app.addHook('onClose', async () => deps.state.close());
  return app;
}

/** Clients open connections in advance, and Node's closing waits for one that has never carried a request. */
function closeUnused(app: FastifyInstance): void {
  const unused = new Set<Socket>();
  app.server.on('connection', (socket: Socket) => {
    unused.add(socket);
    socket.once('close', () => unused.delete(socket));
  });
  app.server.on('request', ({ socket }) => unused.delete(socket));
  app.addHook('preClose', async () => {
    for (const socket of unused) socket.destroy();
  });
}

function addRoute(app: FastifyInstance, deps: Deps, route: Route): void {
  app.route({
    method: route.method,
    url: route.path,
    // One byte more than a file may have, so that the route itself can say that it is too long.
    ...(route.takesFiles && { bodyLimit: uploadBytesMax + 1 }),
    handler: async (request, reply) => {
      const answer = await deps.scenario(route.point, request, reply, () => route.answer(deps, request));
      // Nothing is told before it is on disk.
      await deps.state.settled();
      return answer ? send(reply, answer) : reply;
    },
  });
}

function send(reply: FastifyReply, answer: Answer): FastifyReply {
  return (
    reply
      .code(answer.status)
      // The mark comes last: no answer of a test's own may take it away.
      .headers({ ...everyAnswer, ...answer.headers, 'x-entitylocker-simulator': '1' })
      .send(answer.body)
  );
}

/** What the routes did not answer themselves: a request that cannot be read, or a fault of ours. */
function faultOf(deps: Deps, error: unknown, request: FastifyRequest): Answer {
  const status = statusOf(error);
  if (status >= 500) {
    if (isForPeople(request))
      return page(500, messagePage({ title: 'The simulator failed', text: 'Nothing was changed.' }));
    return fault(deps.profile.internalStatus, 'unexpected_error', 'the simulator failed');
  }
  if (isForPeople(request)) {
    return page(
      status,
      messagePage({ title: 'This form was not accepted', text: 'It could not be read. Nothing was changed.' }),
    );
  }
  if (status === 413 && request.url === uploadPath)
    return fault(400, 'invalid_filesize', 'the file is longer than 10 MB');
  // A wrong content type is a plain invalid_request at the locker, as every fault of the request is (§1.3).
  return fault(status === 415 ? 400 : status, 'invalid_request', 'the request could not be read');
}

function statusOf(error: unknown): number {
  const status = typeof error === 'object' && error !== null && 'statusCode' in error ? error.statusCode : undefined;
  return typeof status === 'number' && status >= 400 && status < 500 ? status : 500;
}

function notFound(request: FastifyRequest): Answer {
  if (!isForPeople(request)) return fault(404, 'not_found', 'there is nothing at this address');
  return page(404, messagePage({ title: 'Nothing here', text: 'There is no page at this address.' }));
}

function isForPeople(request: FastifyRequest): boolean {
  return request.headers.accept?.includes('text/html') === true;
}
