import type { ApiKey } from '../domain/api-key.ts';
import type { Mode } from '../domain/session.ts';
import type { Db, Row, Statement } from '../storage/db.ts';

const columns = 'id, workspace_id, mode, secret_hash, created_at_ms, revoked_at_ms, origins';

export function apiKeysStore(db: Db) {
  return {
    async find(id: string): Promise<ApiKey | undefined> {
      const row = await db.get(`select ${columns} from api_keys where id = $1`, [id]);
      return row && fromRow(row);
    },
    async list(): Promise<ApiKey[]> {
      const rows = await db.all(`select ${columns} from api_keys order by created_at_ms, id`, []);
      return rows.map(fromRow);
    },
    /** The keys of a workspace and mode that stand. */
    async standing(workspaceId: string, mode: Mode): Promise<ApiKey[]> {
      const rows = await db.all(
        `select ${columns} from api_keys where workspace_id = $1 and mode = $2 and revoked_at_ms is null`,
        [workspaceId, mode],
        workspaceId,
      );
      return rows.map(fromRow);
    },
    insertion: (key: ApiKey): Statement => ({
      sql: `insert into api_keys (${columns}) values ($1, $2, $3, $4, $5, $6, $7)`,
      params: [
        key.id,
        key.workspaceId,
        key.mode,
        key.secretHash,
        key.createdAtMs,
        key.revokedAtMs,
        listText(key.origins),
      ],
    }),
    /** Another list of origins in the place of `from`. Conflicts when that is no longer the list, or the key is revoked. */
    origins: (id: string, { from, to }: { from: readonly string[]; to: readonly string[] }): Statement => ({
      sql: `update api_keys set origins = $1 where id = $2 and coalesce(origins, '') = $3 and revoked_at_ms is null`,
      params: [listText(to), id, listText(from) ?? ''],
      expectRows: 1,
    }),
    /** Conflicts when the key is not there or is revoked already. */
    revocation: (id: string, atMs: number): Statement => ({
      sql: 'update api_keys set revoked_at_ms = $1 where id = $2 and revoked_at_ms is null',
      params: [atMs, id],
      expectRows: 1,
    }),
  };
}

function listText(list: readonly string[]): string | null {
  return list.length > 0 ? JSON.stringify(list) : null;
}

function fromRow(row: Row): ApiKey {
  return {
    id: String(row.id),
    workspaceId: String(row.workspace_id),
    mode: row.mode === 'live' ? 'live' : 'test',
    secretHash: String(row.secret_hash),
    createdAtMs: Number(row.created_at_ms),
    revokedAtMs: row.revoked_at_ms === null ? null : Number(row.revoked_at_ms),
    origins: row.origins === null ? [] : (JSON.parse(String(row.origins)) as string[]),
  };
}
