import type { ApiKey } from '../domain/api-key.ts';
import type { Db, Row, Statement } from '../storage/db.ts';

const columns = 'id, workspace_id, mode, secret_hash, created_at_ms, revoked_at_ms';

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
    insertion: (key: ApiKey): Statement => ({
      sql: `insert into api_keys (${columns}) values ($1, $2, $3, $4, $5, $6)`,
      params: [key.id, key.workspaceId, key.mode, key.secretHash, key.createdAtMs, key.revokedAtMs],
    }),
    /** Conflicts when the key is not there or is revoked already. */
    revocation: (id: string, atMs: number): Statement => ({
      sql: 'update api_keys set revoked_at_ms = $1 where id = $2 and revoked_at_ms is null',
      params: [atMs, id],
      expectRows: 1,
    }),
  };
}

function fromRow(row: Row): ApiKey {
  return {
    id: String(row.id),
    workspaceId: String(row.workspace_id),
    mode: row.mode === 'live' ? 'live' : 'test',
    secretHash: String(row.secret_hash),
    createdAtMs: Number(row.created_at_ms),
    revokedAtMs: row.revoked_at_ms === null ? null : Number(row.revoked_at_ms),
  };
}
