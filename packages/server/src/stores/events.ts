import type { EventType, SessionStatus } from '@tijori/wire';
import { type EventDetails, type GatewayEvent, isAstray } from '../domain/event.ts';
import type { Mode, Session } from '../domain/session.ts';
import type { Db, Row, Statement } from '../storage/db.ts';
import type { Page } from './page.ts';

const columns = 'workspace_id, mode, id, type, session_id, status, previous_status, sequence, at_ms, details';

/** Whose events they are: nothing crosses from a workspace to another, or from test to live. */
export type EventOwner = Pick<GatewayEvent, 'workspaceId' | 'mode'>;

/** A stretch of events; neither end is part of it. */
interface EventPlaces {
  after: string;
  before?: string;
  limit: number;
}

/** After every id. */
export const lastId = 'evt_g';

/** `audience`: for whom the event is still to be queued (`webhook-queues.ts`); null for nobody. */
export function eventsStore(db: Db) {
  return {
    /** The first event of a session, which every one has: as narrow as it can be. */
    creation: (event: GatewayEvent, audience: string | null): Statement[] => [
      creationOf(event, audience),
      ...strayNote(event),
    ],
    /**
     * A later event of a session: it takes the session's next number in this very commit, so that whatever happens at the
     * same time gets another. The statements belong together, in this order.
     */
    ofSession: (event: Omit<GatewayEvent, 'sequence'>, audience: string | null = null): Statement[] => [
      {
        sql: 'update sessions set event_sequence = event_sequence + 1 where id = $1',
        params: [event.sessionId],
        expectRows: 1,
      },
      {
        sql: `insert into events (${columns}, unqueued_for)
              select workspace_id, mode, $1, $2, id, $3, $4, event_sequence, $5, $6, $7 from sessions where id = $8`,
        params: [
          event.id,
          event.type,
          event.status,
          event.previousStatus,
          event.atMs,
          detailsText(event.details),
          audience,
          event.sessionId,
        ],
        expectRows: 1,
      },
      ...strayNote(event),
    ],
    /** An event that is about no session of ours. */
    insertion: insertionOf,
    async find({ workspaceId, mode }: EventOwner, id: string): Promise<GatewayEvent | undefined> {
      const row = await db.get(
        `select ${columns} from events where workspace_id = $1 and mode = $2 and id = $3`,
        [workspaceId, mode, id],
        workspaceId,
      );
      return row && eventFromRow(row);
    },
    newestId: newestId(db),
    idsOfSession: idsOfSession(db),
    strayIdsOfSession: strayIdsOfSession(db),
    /** Events after the id `after`, oldest first. */
    async listPage({ workspaceId, mode }: EventOwner, { after, before = lastId, limit }: EventPlaces) {
      const rows = await db.all(
        `select ${columns} from events where workspace_id = $1 and mode = $2 and id > $3 and id < $4 order by id limit $5`,
        [workspaceId, mode, after, before, limit],
        workspaceId,
      );
      return rows.map(eventFromRow);
    },
    /** Events before the id `before`, newest first. */
    async listBack({ workspaceId, mode }: EventOwner, { after, before = lastId, limit }: EventPlaces) {
      const rows = await db.all(
        `select ${columns} from events where workspace_id = $1 and mode = $2 and id > $3 and id < $4 order by id desc limit $5`,
        [workspaceId, mode, after, before, limit],
        workspaceId,
      );
      return rows.map(eventFromRow);
    },
    /** Workspaces with events before `before`. */
    async outdated(before: string, { after, limit }: Page): Promise<{ id: string }[]> {
      const rows = await db.all(
        `select id from workspaces where id > $1 and (
           exists (select 1 from events e where e.workspace_id = workspaces.id and e.mode = 'test' and e.id < $2) or
           exists (select 1 from events e where e.workspace_id = workspaces.id and e.mode = 'live' and e.id < $2))
         order by id limit $3`,
        [after, before, limit],
      );
      return rows.map(({ id }) => ({ id: String(id) }));
    },
    /** The oldest of the events before `before`. */
    removal: (workspaceId: string, mode: Mode, before: string, limit: number): Statement => ({
      sql: `delete from events where workspace_id = $1 and mode = $2 and id in
            (select id from events where workspace_id = $3 and mode = $4 and id < $5 order by id limit $6)`,
      params: [workspaceId, mode, workspaceId, mode, before, limit],
    }),
  };
}

function creationOf({ workspaceId, mode, id, sessionId, atMs }: GatewayEvent, audience: string | null): Statement {
  return {
    sql: `insert into events (workspace_id, mode, id, type, session_id, status, sequence, at_ms, unqueued_for)
          values ($1, $2, $3, 'entitylocker.session.created', $4, 'created', 1, $5, $6)`,
    params: [workspaceId, mode, id, sessionId, atMs, audience],
  };
}

function insertionOf(event: GatewayEvent, audience: string | null = null): Statement {
  return {
    sql: `insert into events (${columns}, unqueued_for) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
    params: [
      event.workspaceId,
      event.mode,
      event.id,
      event.type,
      event.sessionId,
      event.status,
      event.previousStatus,
      event.sequence,
      event.atMs,
      detailsText(event.details),
      audience,
    ],
  };
}

/** The session remembers an event that could not be found by its moment. */
function strayNote({ id, sessionId, atMs }: Pick<GatewayEvent, 'id' | 'sessionId' | 'atMs'>): Statement[] {
  if (!isAstray({ id, atMs })) return [];
  return [
    {
      sql: `update sessions set stray_event_ids = case when stray_event_ids is null then '' else stray_event_ids || ' ' end || $1
            where id = $2`,
      params: [id, sessionId],
      expectRows: 1,
    },
  ];
}

/** The greatest id there is, of whomever: one leap into the primary key for each workspace and mode. */
function newestId(db: Db) {
  return async (): Promise<string | undefined> => {
    const row = await db.get(
      `select max(newest) as id from (
         select (select max(id) from events e where e.workspace_id = w.id and e.mode = m.mode) as newest
         from workspaces w cross join (select 'test' as mode union all select 'live') m) newest_ids`,
      [],
    );
    return row?.id === null || row?.id === undefined ? undefined : String(row.id);
  };
}

/** Ids of a session's events that its timeline does not lead to. */
function strayIdsOfSession(db: Db) {
  return async ({ workspaceId, id }: Pick<Session, 'workspaceId' | 'id'>): Promise<string[]> => {
    const row = await db.get('select stray_event_ids from sessions where id = $1', [id], workspaceId);
    return row?.stray_event_ids ? String(row.stray_event_ids).split(' ') : [];
  };
}

/** Ids of a session's events within some stretches of time, in order. No index has them by session: keep the stretches short. */
function idsOfSession(db: Db) {
  return async (
    { workspaceId, mode, id }: EventOwner & { id: string },
    stretches: readonly { after: string; before: string }[],
  ): Promise<string[]> => {
    if (stretches.length === 0) return [];
    const places = stretches.map((_, index) => `($${2 * index + 4}, $${2 * index + 5})`);
    // The stretches come first, each a short walk along the key of the events.
    const rows = await db.all(
      `with stretches (low, high) as (values ${places.join(', ')})
       select distinct e.id from stretches cross join events e
       where e.workspace_id = $1 and e.mode = $2 and e.session_id = $3 and e.id > stretches.low and e.id < stretches.high
       order by e.id`,
      [workspaceId, mode, id, ...stretches.flatMap(({ after, before }) => [after, before])],
      workspaceId,
    );
    return rows.map((row) => String(row.id));
  };
}

function detailsText(details: EventDetails): string | null {
  const text = JSON.stringify(details);
  return text === '{}' ? null : text;
}

export function eventFromRow(row: Row): GatewayEvent {
  const textOrNull = (name: string) => (row[name] === null ? null : String(row[name]));
  return {
    id: String(row.id),
    workspaceId: String(row.workspace_id),
    mode: row.mode === 'live' ? 'live' : 'test',
    type: String(row.type) as EventType,
    sessionId: textOrNull('session_id'),
    status: textOrNull('status') as SessionStatus | null,
    previousStatus: textOrNull('previous_status') as SessionStatus | null,
    sequence: row.sequence === null ? null : Number(row.sequence),
    atMs: Number(row.at_ms),
    details: row.details ? (JSON.parse(String(row.details)) as EventDetails) : {},
  };
}
