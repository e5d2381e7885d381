import { listSessions as endpoint, type ListSessionsQuery, sessionsPerPage } from '@tijori/wire';
import type { FastifyInstance } from 'fastify';
import type { Deps } from '../../../usecases/deps.ts';
import { listSessions } from '../../../usecases/sessions/list.ts';
import { fromCursor, toCursor } from '../../cursor.ts';
import { callerOf } from '../../identity.ts';
import { toWireV1Session } from '../../present-v1-session.ts';
import { readNumbers } from '../../query.ts';

export function listSessionsRoute(app: FastifyInstance, deps: Deps): void {
  app.route<{ Querystring: ListSessionsQuery }>({
    method: endpoint.method,
    url: endpoint.path,
    config: { problem: true },
    schema: { querystring: endpoint.query, response: { 200: endpoint.response } },
    preValidation: readNumbers(endpoint.query),
    handler: async (request) => {
      const { query } = request;
      const filter = {
        status: query.status,
        createdFromMs: query.created_from,
        createdToMs: query.created_to,
        reference: query.reference,
        docType: query.doc_type,
      };
      const { sessions, next } = await listSessions(deps, callerOf(request), filter, {
        after: query.cursor === undefined ? null : fromCursor(query.cursor),
        limit: query.limit ?? sessionsPerPage,
      });
      return {
        data: sessions.map((session) => toWireV1Session(session, deps)),
        next_cursor: next && toCursor(next),
      };
    },
  });
}
