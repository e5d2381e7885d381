import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { DocTypeName, SessionStatus } from '@tijori/wire';
import type { Finding } from './finding.ts';
import type { Place } from './gateway-process.ts';
import { vaultFaults } from './held-files.ts';
import { contradiction, type Fact } from './ledger.ts';
import { type Engine, tornSets } from './torn-sets.ts';

/** A database whose server or gateway is dead, as what is asked of it. */
interface Rows {
  engine: Engine;
  query(sql: string): Promise<Record<string, unknown>[]>;
}

/** Looks at what a dead gateway has left, without changing it: opening read-only folds no log into the database. */
export async function inspectAtRest(place: Place, facts: Iterable<Fact>): Promise<Finding[]> {
  const { dataDir, production } = place;
  if (production) return inspect({ engine: 'postgres', query: production.query }, place, facts);
  return [
    ...(await opened(join(dataDir, 'simulator.db'), async (db) => wholeness(db))),
    ...(await opened(join(dataDir, 'tijori.db'), async (db) => {
      const query = async (sql: string) => db.prepare(sql).all();
      return [...wholeness(db), ...(await inspect({ engine: 'sqlite', query }, place, facts))];
    })),
  ];
}

async function opened(path: string, look: (db: DatabaseSync) => Promise<Finding[]>): Promise<Finding[]> {
  let db: DatabaseSync | undefined;
  try {
    db = new DatabaseSync(path, { readOnly: true });
    return await look(db);
  } catch (error) {
    return [{ kind: 'corrupt', text: `${path}: ${error instanceof Error ? error.message : String(error)}` }];
  } finally {
    db?.close();
  }
}

async function inspect({ engine, query }: Rows, place: Place, facts: Iterable<Fact>): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const [meaning, text] of Object.entries(tornSets(engine))) {
    for (const { id } of await query(text)) {
      findings.push({ kind: 'half', text: `${meaning}: ${id}` });
    }
  }
  findings.push(...(await vaultFaults(query, place)));
  return [...findings, ...(await lostRows(query, facts))];
}

function wholeness(db: DatabaseSync): Finding[] {
  const corrupt = (text: string): Finding => ({ kind: 'corrupt', text });
  const integrity = db.prepare('pragma integrity_check').all();
  const broken = integrity.map((row) => String(row.integrity_check)).filter((text) => text !== 'ok');
  const dangling = db.prepare('pragma foreign_key_check').all();
  return [
    ...broken.map((text) => corrupt(`integrity_check: ${text}`)),
    ...dangling.map(({ table, parent }) => corrupt(`foreign_key_check: ${table} names a missing row of ${parent}`)),
  ];
}

/** The whole ledger against the rows; asking over HTTP for all of it would take too long in every round. */
async function lostRows(query: Rows['query'], facts: Iterable<Fact>): Promise<Finding[]> {
  const findings: Finding[] = [];
  const lost = (fact: Fact, text: string) => findings.push({ kind: 'lost', text: `${fact.id}: ${text}` });
  const sessions = await query('select id, status, created_at_ms, documents_consented from sessions');
  const session = new Map(sessions.map((row) => [String(row.id), row]));
  const files = new Map<string, string[]>();
  for (const { session_id: id, doc_type: type, sha256 } of await query(
    'select session_id, doc_type, sha256 from documents order by session_id, doc_type, position',
  )) {
    files.set(`${id} ${type}`, [...(files.get(`${id} ${type}`) ?? []), String(sha256)]);
  }
  for (const fact of facts) {
    const row = session.get(fact.id);
    if (!row) {
      lost(fact, `acknowledged as ${fact.status} in round ${fact.round}, has no row`);
      continue;
    }
    const wrong = contradiction(fact, {
      created_at: Number(row.created_at_ms),
      status: String(row.status) as SessionStatus,
      documents_consented: JSON.parse(String(row.documents_consented)) as DocTypeName[],
    });
    if (wrong) lost(fact, wrong);
    for (const [type, downloaded] of fact.files) {
      const now = files.get(`${fact.id} ${type}`) ?? [];
      if (now.join() !== downloaded.map(({ sha256 }) => sha256).join()) lost(fact, `${type} is not held as downloaded`);
    }
  }
  return findings;
}
