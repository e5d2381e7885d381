import type { Delivery, DeliveryAttempt } from '../domain/delivery.ts';
import type { GatewayEvent } from '../domain/event.ts';
import type { WebhookEndpoint } from '../domain/webhook-endpoint.ts';
import type { Db, Row, Statement } from '../storage/db.ts';
import { eventFromRow } from './events.ts';

const columns = 'endpoint_id, event_id, state, attempts, attempts_before, next_at_ms, log';
const joined = 'd.endpoint_id, d.event_id, d.state, d.attempts, d.attempts_before, d.next_at_ms, d.log';
const eventColumns =
  'e.workspace_id, e.mode, e.id, e.type, e.session_id, e.status, e.previous_status, e.sequence, e.at_ms, e.details';

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
      `select ${joined}, ${eventColumns} from webhook_deliveries d
       join events e on e.workspace_id = $1 and e.mode = $2 and e.id = d.event_id
       where d.endpoint_id = $3 ${rest}`,
      [workspaceId, mode, id, ...params],
    );
    return rows.map((row) => ({ delivery: fromRow(row), event: eventFromRow(row) }));
  };
  return {
    /** On its way at once. In the commit of the event: as narrow as it can be. */
    insertion: (endpointId: string, eventId: string, atMs: number): Statement => ({
      sql: 'insert into webhook_deliveries (endpoint_id, event_id, next_at_ms) values ($1, $2, $3)',
      params: [endpointId, eventId, atMs],
    }),
    /** On its way again, or for the first time: a delivery that is pending already stays as it is. */
    order: (endpointId: string, eventId: string, atMs: number): Statement => ({
      sql: `insert into webhook_deliveries (endpoint_id, event_id, next_at_ms) values ($1, $2, $3)
            on conflict (endpoint_id, event_id) do update
            set state = 'pending', next_at_ms = excluded.next_at_ms, attempts_before = webhook_deliveries.attempts
            where webhook_deliveries.state <> 'pending' or webhook_deliveries.next_at_ms > excluded.next_at_ms`,
      params: [endpointId, eventId, atMs],
    }),
    /** For what an endpoint may have missed while servers did not know of it: what there is stays as it is. */
    addition: (endpointId: string, eventId: string, atMs: number): Statement => ({
      sql: `insert into webhook_deliveries (endpoint_id, event_id, next_at_ms) values ($1, $2, $3)
            on conflict (endpoint_id, event_id) do nothing`,
      params: [endpointId, eventId, atMs],
    }),
    attempt: attemptNote,
    /** What is due for an endpoint, longest waiting first. */
    due: (endpoint: EndpointPlace, nowMs: number, limit: number) =>
      withEvents(
        endpoint,
        `and d.state = 'pending' and d.next_at_ms <= $4 order by d.next_at_ms, d.event_id limit $5`,
        [nowMs, limit],
      ),
    /** The log of an endpoint, newest event first. */
    listPage: (
      endpoint: EndpointPlace,
      { before, state, limit }: { before: string; state?: Delivery['state'] | undefined; limit: number },
    ) =>
      state === undefined
        ? withEvents(endpoint, 'and d.event_id < $4 order by d.event_id desc limit $5', [before, limit])
        : withEvents(endpoint, 'and d.event_id < $4 and d.state = $6 order by d.event_id desc limit $5', [
            before,
            limit,
            state,
          ]),
    async find(endpointId: string, eventId: string): Promise<Delivery | undefined> {
      const row = await db.get(`select ${columns} from webhook_deliveries where endpoint_id = $1 and event_id = $2`, [
        endpointId,
        eventId,
      ]);
      return row && fromRow(row);
    },
    /** Some of the rows of an endpoint that is gone, or of events before `before`. */
    removal: (endpointId: string, before: string, limit: number): Statement => ({
      sql: `delete from webhook_deliveries where (endpoint_id, event_id) in
            (select endpoint_id, event_id from webhook_deliveries where endpoint_id = $1 and event_id < $2
             order by event_id limit $3)`,
      params: [endpointId, before, limit],
    }),
  };
}

/** An attempt and what follows; conflicts if somebody else has noted one, or ordered it anew, meanwhile. */
function attemptNote(before: Delivery, after: Delivery): Statement {
  return {
    sql: `update webhook_deliveries set state = $1, attempts = $2, next_at_ms = $3, log = $4
          where endpoint_id = $5 and event_id = $6 and state = 'pending' and attempts = $7`,
    params: [
      after.state,
      after.attempts,
      after.nextAtMs,
      JSON.stringify(after.log),
      before.endpointId,
      before.eventId,
      before.attempts,
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
    log: row.log ? (JSON.parse(String(row.log)) as DeliveryAttempt[]) : [],
  };
}
