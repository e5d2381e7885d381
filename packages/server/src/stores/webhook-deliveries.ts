import type { Delivery, LoggedAttempt } from '../domain/delivery.ts';
import type { GatewayEvent } from '../domain/event.ts';
import type { WebhookEndpoint } from '../domain/webhook-endpoint.ts';
import type { Db, Row, Statement } from '../storage/db.ts';
import { type EventOwner, eventFromRow, lastId } from './events.ts';
import type { Page } from './page.ts';

const columns =
  'd.endpoint_id, d.event_id, d.state, d.attempts, d.attempts_before, d.next_at_ms, d.log, d.sealed_answers';
const eventColumns =
  'e.workspace_id, e.mode, e.id, e.type, e.session_id, e.status, e.previous_status, e.sequence, e.at_ms, e.details';
/** As texts, not as parameters: only so does an engine see that a partial index serves. */
const inState: Readonly<Record<Delivery['state'], string>> = {
  pending: `and d.state = 'pending'`,
  delivered: `and d.state = 'delivered'`,
  failed: `and d.state = 'failed'`,
};

export interface DeliveryOfEvent {
  delivery: Delivery;
  event: GatewayEvent;
}

type EndpointPlace = Pick<WebhookEndpoint, 'id' | 'workspaceId' | 'mode'>;

export function webhookDeliveriesStore(db: Db) {
  const withEvents = async (
    { workspaceId, mode, id }: EndpointPlace,
    rest: string,
    params: readonly (string | number)[],
  ): Promise<DeliveryOfEvent[]> => {
    const rows = await db.all(
      `select ${columns}, ${eventColumns} from webhook_deliveries d
       join events e on e.workspace_id = $1 and e.mode = $2 and e.id = d.event_id
       where d.endpoint_id = $3 ${rest}`,
      [workspaceId, mode, id, ...params],
      workspaceId,
    );
    return rows.map((row) => ({ delivery: fromRow(row), event: eventFromRow(row) }));
  };
  return {
    /**
     * On its way at once, again or for the first time, on a schedule that begins anew. An attempt that is under way does not
     * count for it any more.
     */
    order: (endpointId: string, eventId: string, atMs: number): Statement => ({
      sql: `insert into webhook_deliveries (endpoint_id, event_id, next_at_ms) values ($1, $2, $3)
            on conflict (endpoint_id, event_id) do update
            set state = 'pending', attempts_before = webhook_deliveries.attempts,
              next_at_ms = case when webhook_deliveries.state = 'pending' and webhook_deliveries.next_at_ms < excluded.next_at_ms
                then webhook_deliveries.next_at_ms else excluded.next_at_ms end`,
      params: [endpointId, eventId, atMs],
    }),
    attempt: attemptNote,
    /** What an endpoint answered is kept no longer; its log stays. */
    answersRemoval: ({ endpointId, eventId }: Pick<Delivery, 'endpointId' | 'eventId'>): Statement => ({
      sql: 'update webhook_deliveries set sealed_answers = null where endpoint_id = $1 and event_id = $2 and sealed_answers is not null',
      params: [endpointId, eventId],
    }),
    /** What is due for an endpoint, longest waiting first. */
    due: (endpoint: EndpointPlace, nowMs: number, limit: number) =>
      withEvents(endpoint, `${inState.pending} and d.next_at_ms <= $4 order by d.next_at_ms, d.event_id limit $5`, [
        nowMs,
        limit,
      ]),
    /** The log of an endpoint, newest event first. */
    listPage: (
      endpoint: EndpointPlace,
      { before, state, limit }: { before: string; state?: Delivery['state'] | undefined; limit: number },
    ) =>
      withEvents(endpoint, `${state ? inState[state] : ''} and d.event_id < $4 order by d.event_id desc limit $5`, [
        before,
        limit,
      ]),
    /** Where an event went, in the order in which the endpoints were made. */
    async ofEvent({ workspaceId, mode }: EventOwner, eventId: string): Promise<Delivery[]> {
      const rows = await db.all(
        `select ${columns} from webhook_endpoints w
         join webhook_deliveries d on d.endpoint_id = w.id and d.event_id = $1
         where w.workspace_id = $2 and w.mode = $3 order by w.created_at_ms, w.id`,
        [eventId, workspaceId, mode],
        workspaceId,
      );
      return rows.map(fromRow);
    },
    /** The state of each delivery of an endpoint whose event is in a stretch; both ends are part of it. */
    async states(
      { id, workspaceId }: EndpointPlace,
      { first, last }: { first: string; last: string },
    ): Promise<Map<string, Delivery['state']>> {
      const rows = await db.all(
        'select event_id, state from webhook_deliveries where endpoint_id = $1 and event_id >= $2 and event_id <= $3',
        [id, first, last],
        workspaceId,
      );
      return new Map(rows.map((row) => [String(row.event_id), String(row.state) as Delivery['state']]));
    },
    /** Endpoints with deliveries of events before `before`, or with any at all though they are gone. Leaps from one to the next. */
    async outdated(before: string, { after, limit }: Page): Promise<{ id: string; isGone: boolean }[]> {
      const rows = await db.all(
        `with recursive known (id) as (
           select min(endpoint_id) from webhook_deliveries where endpoint_id > $1
           union all
           select (select min(d.endpoint_id) from webhook_deliveries d where d.endpoint_id > known.id)
           from known where known.id is not null
         )
         select known.id, case when w.id is null then 1 else 0 end as is_gone
         from known left join webhook_endpoints w on w.id = known.id
         where known.id is not null and (w.id is null or exists (
           select 1 from webhook_deliveries d where d.endpoint_id = known.id and d.event_id < $2
         ))
         order by known.id limit $3`,
        [after, before, limit],
      );
      return rows.map((row) => ({ id: String(row.id), isGone: Number(row.is_gone) === 1 }));
    },
    /** Some rows of an endpoint: those of events before `before`, or any. */
    removal: (endpointId: string, before: string | undefined, limit: number): Statement => ({
      sql: `delete from webhook_deliveries where endpoint_id = $1 and event_id in
            (select event_id from webhook_deliveries where endpoint_id = $2 and event_id < $3 order by event_id limit $4)`,
      params: [endpointId, endpointId, before ?? lastId, limit],
    }),
  };
}

/**
 * An attempt and what follows; conflicts if somebody else has noted one, ordered it anew after an earlier one, or taken answers
 * away meanwhile.
 */
function attemptNote(before: Delivery, after: Delivery): Statement {
  return {
    sql: `update webhook_deliveries set state = $1, attempts = $2, next_at_ms = $3, log = $4, sealed_answers = $5
          where endpoint_id = $6 and event_id = $7 and state = 'pending' and attempts = $8
            and sealed_answers is not distinct from $9 and attempts_before = $10`,
    params: [
      after.state,
      after.attempts,
      after.nextAtMs,
      JSON.stringify(after.log),
      after.sealedAnswers,
      before.endpointId,
      before.eventId,
      before.attempts,
      before.sealedAnswers,
      before.attemptsBefore,
    ],
    expectRows: 1,
  };
}

function fromRow(row: Row): Delivery {
  return {
    endpointId: String(row.endpoint_id),
    eventId: String(row.event_id),
    state: String(row.state) as Delivery['state'],
    attempts: Number(row.attempts),
    attemptsBefore: Number(row.attempts_before),
    nextAtMs: Number(row.next_at_ms),
    log: row.log ? (JSON.parse(String(row.log)) as LoggedAttempt[]) : [],
    sealedAnswers: row.sealed_answers === null ? null : String(row.sealed_answers),
  };
}
