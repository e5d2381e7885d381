import { type ConsentEntry, consentEntryKinds } from '../domain/consent-record.ts';
import type { Session } from '../domain/session.ts';
import type { Db, Row, Statement } from '../storage/db.ts';

/** A text that people were shown. */
export interface Notice {
  /** Hex SHA-256 of the text. */
  hash: string;
  /** BCP 47. */
  language: string;
  text: string;
}

/** The consent record, and what it leans on. */
export function consentsStore(db: Db) {
  return {
    /** The record of a session, in the order in which it happened. */
    async ofSession(sessionId: string): Promise<ConsentEntry[]> {
      const rows = await db.all('select entry, at_ms, facts from consent_entries where session_id = $1', [sessionId]);
      const rank = ({ kind }: ConsentEntry) => consentEntryKinds.indexOf(kind);
      return rows.map(entryFromRow).sort((left, right) => left.atMs - right.atMs || rank(left) - rank(right));
    },
    /** Conflicts when there is such an entry already: each is written once. */
    insertion: ({ id, workspaceId }: Pick<Session, 'id' | 'workspaceId'>, entry: ConsentEntry): Statement => ({
      sql: `insert into consent_entries (session_id, entry, workspace_id, at_ms, facts) values ($1, $2, $3, $4, $5)
            on conflict (session_id, entry) do nothing`,
      params: [id, entryName(entry), workspaceId, entry.atMs, JSON.stringify(entry.facts)],
      expectRows: 1,
    }),
    async findNotice(hash: string): Promise<Notice | undefined> {
      const row = await db.get('select language, text from consent_notices where hash = $1', [hash]);
      return row && { hash, language: String(row.language), text: String(row.text) };
    },
    /** Keeps a text; one that is kept already stays as it is. */
    notice: ({ hash, language, text }: Notice, atMs: number): Statement => ({
      sql: `insert into consent_notices (hash, language, text, first_shown_at_ms) values ($1, $2, $3, $4)
            on conflict (hash) do nothing`,
      params: [hash, language, text, atMs],
    }),
    async findParties(sessionId: string): Promise<string | undefined> {
      const row = await db.get('select sealed_parties from consent_parties where session_id = $1', [sessionId]);
      return row && String(row.sealed_parties);
    },
    parties: (sessionId: string, sealedParties: string): Statement => ({
      sql: 'insert into consent_parties (session_id, sealed_parties) values ($1, $2)',
      params: [sessionId, sealedParties],
    }),
    partiesRemoval: (sessionId: string): Statement => ({
      sql: 'delete from consent_parties where session_id = $1',
      params: [sessionId],
    }),
    /** The session that a withdrawal code is for. */
    async sessionOfCode(codeHash: string): Promise<string | undefined> {
      const row = await db.get('select session_id from withdrawal_codes where code_hash = $1', [codeHash]);
      return row && String(row.session_id);
    },
    /** Conflicts when the session has `codesMax` of them. */
    code: (sessionId: string, codeHash: string, { atMs, codesMax }: { atMs: number; codesMax: number }): Statement => ({
      sql: `insert into withdrawal_codes (code_hash, session_id, created_at_ms)
            select $1, $2, $3 where (select count(*) from withdrawal_codes where session_id = $2) < $4`,
      params: [codeHash, sessionId, atMs, codesMax],
      expectRows: 1,
    }),
    codeRemoval: (sessionId: string): Statement => ({
      sql: 'delete from withdrawal_codes where session_id = $1',
      params: [sessionId],
    }),
  };
}

/** Unique within a session: trips by their name, everything else happens once; what comes late is erased apart. */
function entryName(entry: ConsentEntry): string {
  if ('trip' in entry) return `${entry.kind}:${entry.trip}`;
  return entry.kind === 'erased' ? `erased:${entry.facts.reason}:${entry.atMs}` : entry.kind;
}

function entryFromRow(row: Row): ConsentEntry {
  const [kind = '', trip] = String(row.entry).split(':');
  const entry = { kind, atMs: Number(row.at_ms), facts: JSON.parse(String(row.facts)) };
  return (kind === 'asked' || kind === 'authorized' ? { ...entry, trip } : entry) as ConsentEntry;
}
