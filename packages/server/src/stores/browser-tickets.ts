import type { Db, Row, Statement } from '../storage/db.ts';

/** A one-use pass of a bound browser. */
export interface BrowserTicket {
  /** Hex SHA-256 of the ticket: a copy of the database opens nothing. */
  ticketHash: string;
  /** `open` begins a trip to EntityLocker in a window of its own, `return` says that the trip is over. */
  kind: 'open' | 'return';
  sessionId: string;
  /** Hex SHA-256 of the binding cookie of the browser that it is for. */
  browserHash: string;
  expiresAtMs: number;
}

const columns = 'ticket_hash, kind, session_id, browser_hash, expires_at_ms';

export function browserTicketsStore(db: Db) {
  return {
    async find(ticketHash: string): Promise<BrowserTicket | undefined> {
      const row = await db.get(`select ${columns} from browser_tickets where ticket_hash = $1`, [ticketHash]);
      return row && fromRow(row);
    },
    insertion: (ticket: BrowserTicket): Statement => ({
      sql: `insert into browser_tickets (${columns}) values ($1, $2, $3, $4, $5)`,
      params: [ticket.ticketHash, ticket.kind, ticket.sessionId, ticket.browserHash, ticket.expiresAtMs],
    }),
    /** Uses the ticket up. Conflicts when somebody else has, or its time is over. */
    use: (ticketHash: string, atMs: number): Statement => ({
      sql: 'delete from browser_tickets where ticket_hash = $1 and expires_at_ms > $2',
      params: [ticketHash, atMs],
      expectRows: 1,
    }),
    removalOfSession: (sessionId: string): Statement => ({
      sql: 'delete from browser_tickets where session_id = $1',
      params: [sessionId],
    }),
    /** Tickets past their time. */
    removal: (beforeMs: number, limit: number): Statement => ({
      sql: `delete from browser_tickets where ticket_hash in
            (select ticket_hash from browser_tickets where expires_at_ms <= $1 order by expires_at_ms limit $2)`,
      params: [beforeMs, limit],
    }),
  };
}

function fromRow(row: Row): BrowserTicket {
  return {
    ticketHash: String(row.ticket_hash),
    kind: row.kind === 'return' ? 'return' : 'open',
    sessionId: String(row.session_id),
    browserHash: String(row.browser_hash),
    expiresAtMs: Number(row.expires_at_ms),
  };
}
