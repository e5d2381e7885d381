import { getSession as endpoint } from '@tijori/wire';
import type { FastifyInstance } from 'fastify';
import type { Deps } from '../../../usecases/deps.ts';
import { sessionTimeline } from '../../../usecases/sessions/timeline.ts';
import { callerOf } from '../../identity.ts';
import { toWireTimeline, toWireV1Session } from '../../present-v1-session.ts';
import { routerPath } from '../path.ts';

export function getSessionRoute(app: FastifyInstance, deps: Deps): void {
  app.route<{ Params: { session_id: string } }>({
    method: endpoint.method,
    url: routerPath(endpoint.path),
    config: { problem: true },
    schema: { params: endpoint.params, response: { 200: endpoint.response } },
    handler: async (request) => {
      const { session, timeline } = await sessionTimeline(deps, callerOf(request), request.params.session_id);
      return { ...toWireV1Session(session, deps), timeline: toWireTimeline(timeline) };
    },
  });
}
