import type { ChainedEntry } from '../domain/audit-leaf.ts';
import type { Frontier } from '../domain/merkle-tree.ts';
import type { Db, Row, Statement } from '../storage/db.ts';

/** The tree of a workspace and the last batch that it has taken in. */
export interface AuditTree {
  workspaceId: string;
  frontier: Frontier;
  /** Hex. */
  root: string;
  lastBatch: number;
}

/** A signed head: how many entries stand below it, when it was signed, and the compact JWS. */
export interface StoredHead {
  size: number;
  atMs: number;
  jws: string;
}

const entryColumns = 'workspace_id, session_id, session_created_at_ms, at_ms, actor, action, detail, batch';

/** The trees over the audit entries: what marks batches, and what reads them again. */
export function auditTreesStore(db: Db) {
  return {
    async batches(): Promise<{ marked: number; takenIn: number }> {
      const row = await db.get(`select marked, taken_in from audit_batches where id = 'audit'`, []);
      return { marked: Number(row?.marked ?? 0), takenIn: Number(row?.taken_in ?? 0) };
    },
    /** The moment up to which the oldest `limit` entries without a batch go; undefined where there are none. */
    async cutoff(limit: number): Promise<number | undefined> {
      const last = `select at_ms from audit_entries where batch = 0 order by at_ms limit 1 offset $1`;
      const full = await db.get(last, [limit - 1]);
      const row = full ?? (await db.get('select max(at_ms) as at_ms from audit_entries where batch = 0', []));
      return row?.at_ms === null || row?.at_ms === undefined ? undefined : Number(row.at_ms);
    },
    /** Gives the next number to all entries without one up to a moment. Conflicts when another process has done so. */
    marking: (number: number, cutoffMs: number): Statement[] => [
      {
        sql: `update audit_batches set marked = $1 where id = 'audit' and marked = $2`,
        params: [number, number - 1],
        expectRows: 1,
      },
      { sql: 'update audit_entries set batch = $1 where batch = 0 and at_ms <= $2', params: [number, cutoffMs] },
    ],
    async ofBatch(number: number): Promise<ChainedEntry[]> {
      const rows = await db.all(`select ${entryColumns} from audit_entries where batch = $1 order by at_ms`, [number]);
      return rows.map(entryFromRow);
    },
    takenIn: (number: number): Statement => ({
      sql: `update audit_batches set taken_in = $1 where id = 'audit' and taken_in = $2`,
      params: [number, number - 1],
      expectRows: 1,
    }),
    async tree(workspaceId: string): Promise<AuditTree | undefined> {
      const row = await db.get(
        'select workspace_id, size, root, subtrees, last_batch from audit_trees where workspace_id = $1',
        [workspaceId],
      );
      return row && treeFromRow(row);
    },
    async trees(): Promise<AuditTree[]> {
      const rows = await db.all(
        'select workspace_id, size, root, subtrees, last_batch from audit_trees order by workspace_id',
        [],
      );
      return rows.map(treeFromRow);
    },
    /** The tree as it has grown by a batch. Conflicts when somebody else has put that batch in. */
    growth: ({ workspaceId, frontier, root, lastBatch }: AuditTree): Statement => ({
      sql: `insert into audit_trees (workspace_id, size, root, subtrees, last_batch) values ($1, $2, $3, $4, $5)
            on conflict (workspace_id) do update set size = excluded.size, root = excluded.root,
              subtrees = excluded.subtrees, last_batch = excluded.last_batch
            where audit_trees.last_batch < excluded.last_batch`,
      params: [
        workspaceId,
        frontier.size,
        root,
        JSON.stringify(frontier.roots.map((hash) => hash.toString('hex'))),
        lastBatch,
      ],
      expectRows: 1,
    }),
    head: (workspaceId: string, { size, atMs, jws }: StoredHead): Statement => ({
      sql: `insert into audit_heads (workspace_id, size, at_ms, jws) values ($1, $2, $3, $4)
            on conflict (workspace_id, size) do nothing`,
      params: [workspaceId, size, atMs, jws],
    }),
    /** The signed heads of a workspace, the newest first. */
    async heads(workspaceId: string, limit: number): Promise<StoredHead[]> {
      const rows = await db.all(
        'select size, at_ms, jws from audit_heads where workspace_id = $1 order by size desc limit $2',
        [workspaceId, limit],
      );
      return rows.map(headFromRow);
    },
    /** Signed heads of a workspace over more than `after` entries, the oldest first. */
    async headsAfter(workspaceId: string, { after, limit }: { after: number; limit: number }): Promise<StoredHead[]> {
      const rows = await db.all(
        'select size, at_ms, jws from audit_heads where workspace_id = $1 and size > $2 order by size limit $3',
        [workspaceId, after, limit],
      );
      return rows.map(headFromRow);
    },
    /** The oldest signed head over at least so many entries. */
    async headAbove(workspaceId: string, size: number): Promise<StoredHead | undefined> {
      const row = await db.get(
        'select size, at_ms, jws from audit_heads where workspace_id = $1 and size >= $2 order by size limit 1',
        [workspaceId, size],
      );
      return row && headFromRow(row);
    },
    /** Everything that is recorded of a session, oldest first; `batch` is 0 where no tree has it yet. */
    async ofSession({ id, createdAtMs }: { id: string; createdAtMs: number }): Promise<ChainedEntry[]> {
      const rows = await db.all(
        `select ${entryColumns} from audit_entries where session_created_at_ms = $1 and session_id = $2
         order by at_ms, entry_no`,
        [createdAtMs, id],
      );
      return rows.map(entryFromRow);
    },
    /** Entries of all workspaces that a tree has taken in, batch by batch; those of batches after `after`. */
    async chained({ after, batches }: { after: number; batches: number }): Promise<ChainedEntry[]> {
      const rows = await db.all(
        `select ${entryColumns} from audit_entries where batch > $1 and batch <= $2 order by batch, at_ms`,
        [after, after + batches],
      );
      return rows.map(entryFromRow);
    },
  };
}

function entryFromRow(row: Row): ChainedEntry {
  return {
    workspaceId: String(row.workspace_id),
    sessionId: String(row.session_id),
    sessionCreatedAtMs: Number(row.session_created_at_ms),
    atMs: Number(row.at_ms),
    actor: String(row.actor),
    action: String(row.action),
    detail: row.detail === null ? null : String(row.detail),
    batch: Number(row.batch),
  };
}

function headFromRow(row: Row): StoredHead {
  return { size: Number(row.size), atMs: Number(row.at_ms), jws: String(row.jws) };
}

function treeFromRow(row: Row): AuditTree {
  const roots = (JSON.parse(String(row.subtrees)) as string[]).map((hex) => Buffer.from(hex, 'hex'));
  return {
    workspaceId: String(row.workspace_id),
    frontier: { size: Number(row.size), roots },
    root: String(row.root),
    lastBatch: Number(row.last_batch),
  };
}
