import { eventsPerPage, getEvent, type ListEventsQuery, listEvents } from '@tijori/wire';
import type { FastifyInstance } from 'fastify';
import { AppError } from '../../../domain/app-error.ts';
import { isEventId } from '../../../domain/event.ts';
import type { Deps } from '../../../usecases/deps.ts';
import { awaitEvents, ownEvent } from '../../../usecases/events/list.ts';
import { callerOf } from '../../identity.ts';
import { toWireEvent } from '../../present-webhooks.ts';
import { readNumbers } from '../../query.ts';
import { routerPath } from '../path.ts';

const config = { problem: true };
/** What an empty page may begin at: the beginning of a moment, or the end of all. */
const placePattern = /^evt_(?:[0-9a-f]{12}|g)$/;

/** What happened, whether or not an endpoint heard of it. */
export function eventRoutes(app: FastifyInstance, deps: Deps): void {
  app.route<{ Querystring: ListEventsQuery }>({
    method: listEvents.method,
    url: listEvents.path,
    config,
    schema: { querystring: listEvents.query, response: { 200: listEvents.response } },
    preValidation: readNumbers(listEvents.query),
    handler: async (request, reply) => {
      const { query } = request;
      const { cursor, order = 'oldest', wait = 0 } = query;
      if (cursor !== undefined && !isEventId(cursor) && !placePattern.test(cursor))
        throw new AppError('invalid_cursor');
      const gone = new AbortController();
      reply.raw.once('close', () => gone.abort());
      const asked = {
        type: query.type,
        fromMs: query.from,
        toMs: query.to,
        order,
        cursor,
        limit: query.limit ?? eventsPerPage,
      };
      const waitMs = order === 'oldest' ? wait * 1000 : 0;
      const { events, next } = await awaitEvents(deps, callerOf(request), asked, { waitMs, left: gone.signal });
      return { data: events.map(toWireEvent), next_cursor: next };
    },
  });

  app.route<{ Params: { event_id: string } }>({
    method: getEvent.method,
    url: routerPath(getEvent.path),
    config,
    schema: { params: getEvent.params, response: { 200: getEvent.response } },
    handler: async ({ params, caller }) => toWireEvent(await ownEvent(deps, callerOf({ caller }), params.event_id)),
  });
}
