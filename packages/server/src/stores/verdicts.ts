import type { Judgement, TrustItem, Verdict } from '../domain/verdict.ts';
import type { Db, Statement } from '../storage/db.ts';

export function verdictsStore(db: Db) {
  return {
    /** Verdicts of a session's documents, by the id of the document. */
    async ofSession(sessionId: string): Promise<Map<string, Verdict>> {
      const rows = await db.all('select document_id, detail from verdicts where session_id = $1', [sessionId]);
      return new Map(rows.map((row) => [String(row.document_id), JSON.parse(String(row.detail)) as Verdict]));
    },
    /**
     * Statements that keep a judgement, for the commit that makes its document held. Certificates and lists that are
     * kept already are left out: a list can weigh megabytes.
     */
    async insertions(
      document: { id: string; sessionId: string },
      { verdict, material }: Judgement,
    ): Promise<Statement[]> {
      const known = await knownItems(db, material);
      return [
        {
          sql: `insert into verdicts (document_id, session_id, state, reason, judged_at_ms, detail)
                values ($1, $2, $3, $4, $5, $6)`,
          params: [
            document.id,
            document.sessionId,
            verdict.state,
            verdict.reason,
            verdict.judgedAtMs,
            JSON.stringify(verdict),
          ],
        },
        ...material
          .filter(({ sha256 }) => !known.has(sha256))
          .map(({ sha256, kind, der }) => ({
            sql: `insert into trust_items (sha256, kind, der_base64, first_used_at_ms) values ($1, $2, $3, $4)
                  on conflict (sha256) do nothing`,
            params: [sha256, kind, Buffer.from(der).toString('base64'), verdict.judgedAtMs],
          })),
      ];
    },
    /** The certificates and lists of these digests, in no order; those that were never kept are missing. */
    async trustItems(digests: readonly string[]): Promise<TrustItem[]> {
      const rows = await db.all(
        `select sha256, kind, der_base64 from trust_items where sha256 in (${places(digests)})`,
        digests,
      );
      return rows.map((row) => ({
        sha256: String(row.sha256),
        kind: row.kind === 'crl' ? 'crl' : 'certificate',
        der: Buffer.from(String(row.der_base64), 'base64'),
      }));
    },
  };
}

async function knownItems(db: Db, material: Judgement['material']): Promise<Set<string>> {
  const digests = material.map(({ sha256 }) => sha256);
  if (digests.length === 0) return new Set();
  const rows = await db.all(`select sha256 from trust_items where sha256 in (${places(digests)})`, digests);
  return new Set(rows.map((row) => String(row.sha256)));
}

function places(values: readonly unknown[]): string {
  return values.map((_, index) => `$${index + 1}`).join(', ');
}
