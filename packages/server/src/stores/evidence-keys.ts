import type { Db, Row, Statement } from '../storage/db.ts';

/** A key that signs evidence: its public half as JSON text, its private one sealed. */
export interface StoredEvidenceKey {
  kid: string;
  publicJwk: string;
  sealedPrivateJwk: string;
  createdAtMs: number;
}

const columns = 'kid, public_jwk, sealed_private_jwk, created_at_ms';

export function evidenceKeysStore(db: Db) {
  return {
    /** All there are, the newest first. */
    async list(): Promise<StoredEvidenceKey[]> {
      const rows = await db.all(`select ${columns} from evidence_keys order by created_at_ms desc, kid`, []);
      return rows.map(fromRow);
    },
    insertion: (key: StoredEvidenceKey): Statement => ({
      sql: `insert into evidence_keys (${columns}) values ($1, $2, $3, $4)`,
      params: [key.kid, key.publicJwk, key.sealedPrivateJwk, key.createdAtMs],
    }),
  };
}

function fromRow(row: Row): StoredEvidenceKey {
  return {
    kid: String(row.kid),
    publicJwk: String(row.public_jwk),
    sealedPrivateJwk: String(row.sealed_private_jwk),
    createdAtMs: Number(row.created_at_ms),
  };
}
