import type { DocTypeName, SessionStatus } from '@tijori/wire';
import { isEnd, openStatuses, type Session } from '../domain/session.ts';
import type { Db, Value } from '../storage/db.ts';
import { sessionColumns as columns, sessionFromRow as fromRow } from './sessions.ts';

/** A place in a list: what comes after it, newest first, is older, or of the same moment and smaller in id. */
export interface ListPlace {
  createdAtMs: number;
  id: string;
}

export interface SessionFilter {
  createdFromMs?: number | undefined;
  /** Not included itself. */
  createdToMs?: number | undefined;
  reference?: string | undefined;
  status?: SessionStatus | undefined;
  docType?: DocTypeName | undefined;
}

interface ListPage {
  sessions: Session[];
  /** Where the next page begins; null: there is none. */
  next: ListPlace | null;
}

/**
 * Most sessions that one page looks through. A status or a document type has no index of its own, which each write would
 * pay for; a rare one would make a page read all sessions of a workspace while everybody else waits.
 */
const lookedThroughMax = 2_000;

const openOnes = openStatuses.map((status) => `'${status}'`).join(', ');

/** Sessions of one workspace and mode, newest first. */
export function sessionLists(db: Db) {
  return {
    /**
     * One page. `nowMs` judges expiry, exactly as reading one session does. A page can have fewer than `limit` sessions
     * and still a next one: when it has looked through enough that did not fit.
     */
    async listPage(
      owner: Pick<Session, 'workspaceId' | 'mode'>,
      filter: SessionFilter,
      { after, limit, nowMs }: { after: ListPlace | null; limit: number; nowMs: number },
    ): Promise<ListPage> {
      const where = indexed(owner, filter, after);
      const { sifts, params } = sifted(filter, nowMs, where.params.length);
      // The end is looked up first: what arrives in between is newer, so no place can come to stand on both sides of it.
      const end = sifts ? await endOfLook(db, where, owner.workspaceId) : undefined;
      const values = [...where.params, ...params];
      const until = end === undefined ? '' : ` and created_at_ms >= $${values.push(end)}`;
      const rows = await db.all(
        `select ${columns} from sessions where ${where.text}${sifts}${until}
         order by created_at_ms desc, id desc limit $${values.push(limit + 1)}`,
        values,
        owner.workspaceId,
      );
      const sessions = rows.slice(0, limit).map(fromRow);
      const last = sessions.at(-1);
      if (rows.length > limit && last) return { sessions, next: { createdAtMs: last.createdAtMs, id: last.id } };
      // No id is smaller than nothing: the next page begins before this very moment.
      return { sessions, next: end === undefined ? null : { createdAtMs: end, id: '' } };
    },
  };
}

interface Clause {
  text: string;
  params: Value[];
}

/** What the indexes answer. */
function indexed(
  { workspaceId, mode }: Pick<Session, 'workspaceId' | 'mode'>,
  { createdFromMs, createdToMs, reference }: SessionFilter,
  after: ListPlace | null,
): Clause {
  const params: Value[] = [workspaceId, mode];
  const terms = ['workspace_id = $1', 'mode = $2'];
  const add = (term: (place: string) => string, value: Value | undefined) => {
    if (value !== undefined) terms.push(term(`$${params.push(value)}`));
  };
  add((place) => `created_at_ms >= ${place}`, createdFromMs);
  add((place) => `created_at_ms < ${place}`, createdToMs);
  add((place) => `reference = ${place}`, reference);
  if (after) terms.push(`(created_at_ms, id) < ($${params.push(after.createdAtMs)}, $${params.push(after.id)})`);
  return { text: terms.join(' and '), params };
}

/** What has to be looked at row by row. */
function sifted({ status, docType }: SessionFilter, nowMs: number, placesTaken: number) {
  const params: Value[] = [];
  const place = (value: Value) => `$${placesTaken + params.push(value)}`;
  let sifts = '';
  if (docType) sifts += ` and doc_types like ${place(`%"${docType}"%`)}`;
  if (status === 'expired') {
    sifts += ` and (status = 'expired' or (status in (${openOnes}) and expires_at_ms <= ${place(nowMs)}))`;
  } else if (status) {
    sifts += ` and status = ${place(status)}`;
    if (!isEnd(status)) sifts += ` and expires_at_ms > ${place(nowMs)}`;
  }
  return { sifts, params };
}

/** The moment at which a page has looked through enough; `undefined`: the list ends before that. */
async function endOfLook(db: Db, { text, params }: Clause, workspaceId: string): Promise<number | undefined> {
  const row = await db.get(
    `select created_at_ms from sessions where ${text} order by created_at_ms desc limit 1 offset $${params.length + 1}`,
    [...params, lookedThroughMax - 1],
    workspaceId,
  );
  return row && Number(row.created_at_ms);
}
