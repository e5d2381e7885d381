import { type Judgement, judgeAgainAtMs, type TrustItem, type Verdict } from '../domain/verdict.ts';
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
      return [
        {
          sql: `insert into verdicts (document_id, session_id, state, reason, judged_at_ms, detail, judge_again_at_ms)
                values ($1, $2, $3, $4, $5, $6, $7)`,
          params: [
            document.id,
            document.sessionId,
            verdict.state,
            verdict.reason,
            verdict.judgedAtMs,
            JSON.stringify(verdict),
            judgeAgainAtMs(verdict, { tries: 0, atMs: verdict.judgedAtMs }),
          ],
        },
        ...(await newItems(db, material, verdict.judgedAtMs)),
      ];
    },
    /** Documents on which the verifier broke and whose turn it is, longest waiting first. */
    async broken(nowMs: number, limit: number) {
      const rows = await db.all(
        `select document_id, tries from verdicts where judge_again_at_ms is not null and judge_again_at_ms <= $1
         order by judge_again_at_ms, document_id limit $2`,
        [nowMs, limit],
      );
      return rows.map((row) => ({ documentId: String(row.document_id), tries: Number(row.tries) }));
    },
    /** Another judgement in the place of one of a broken verifier; conflicts when somebody else has judged meanwhile. */
    async replacement(
      { documentId, tries }: { documentId: string; tries: number },
      { verdict, material }: Judgement,
    ): Promise<Statement[]> {
      return [
        {
          sql: `update verdicts set state = $1, reason = $2, judged_at_ms = $3, detail = $4, tries = tries + 1, judge_again_at_ms = $5
                where document_id = $6 and tries = $7 and judge_again_at_ms is not null`,
          params: [
            verdict.state,
            verdict.reason,
            verdict.judgedAtMs,
            JSON.stringify(verdict),
            judgeAgainAtMs(verdict, { tries: tries + 1, atMs: verdict.judgedAtMs }),
            documentId,
            tries,
          ],
          expectRows: 1,
        },
        ...(await newItems(db, material, verdict.judgedAtMs)),
      ];
    },
    /** A try that came to nothing; the next is as far away as after any other. */
    failedTry: ({ documentId, tries }: { documentId: string; tries: number }, atMs: number): Statement => ({
      sql: `update verdicts set tries = tries + 1, judge_again_at_ms = $1
            where document_id = $2 and tries = $3 and judge_again_at_ms is not null`,
      params: [judgeAgainAtMs({ reason: 'verifier_failed' }, { tries: tries + 1, atMs }), documentId, tries],
    }),
    /** No more tries for a document that is gone. */
    giveUp: (documentId: string): Statement => ({
      sql: 'update verdicts set judge_again_at_ms = null where document_id = $1',
      params: [documentId],
    }),
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

/** Statements that keep what is not kept already. */
async function newItems(db: Db, material: Judgement['material'], atMs: number): Promise<Statement[]> {
  const known = await knownItems(db, material);
  return material
    .filter(({ sha256 }) => !known.has(sha256))
    .map(({ sha256, kind, der }) => ({
      sql: `insert into trust_items (sha256, kind, der_base64, first_used_at_ms) values ($1, $2, $3, $4)
            on conflict (sha256) do nothing`,
      params: [sha256, kind, Buffer.from(der).toString('base64'), atMs],
    }));
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
