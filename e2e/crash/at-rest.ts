import { statSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { DocTypeName, SessionStatus } from '@tijori/wire';
import { sealedBytesOf } from '../../packages/server/src/vault/seal-file.ts';
import type { Finding } from './finding.ts';
import type { Place } from './gateway-process.ts';
import { contradiction, type Fact } from './ledger.ts';
import { blobPath } from './vault-folder.ts';

/** The types of a session's consent, one a row. */
const consentedTypes = {
  sqlite: 'json_each(s.documents_consented) type',
  postgres: 'json_array_elements_text(s.documents_consented::json) as type(value)',
};

/**
 * What no crash may leave behind, as queries that answer one row for each fault. Each names the change set of the
 * product that it would show torn. Sessions past their time and erased documents are as they should be.
 */
const tornSets: Record<string, string> = {
  'a session without its one session.created entry (create)': `
    select s.id from sessions s where 1 <> (
      select count(*) from audit_entries a where a.session_id = s.id and a.action = 'session.created')`,
  'an audit entry without its session': `
    select distinct a.session_id as id from audit_entries a
    where not exists (select 1 from sessions s where s.id = a.session_id)`,
  'a session that moved without the entry that tells of it (begin, come back, complete)': `
    select s.id from sessions s
    join (select 'initialized' as status, 1 as place union select 'authorized', 2 union select 'succeeded', 3) now
      on now.status = s.status
    join (select 'session.initialized' as action, 1 as place union select 'session.authorized', 2
          union select 'session.succeeded', 3) step on step.place <= now.place
    where 1 <> (select count(*) from audit_entries a where a.session_id = s.id and a.action = step.action)`,
  'an entry that tells of a step which the session did not take': `
    select s.id from sessions s join audit_entries a on a.session_id = s.id
    where (s.status = 'created' and a.action in ('session.initialized', 'session.authorized', 'session.succeeded'))
       or (s.status = 'initialized' and a.action in ('session.authorized', 'session.succeeded'))
       or (s.status = 'authorized' and a.action = 'session.succeeded')`,
  'an authorized session without its tokens, or tokens without one (come back)': `
    select s.id from sessions s left join session_secrets t on t.session_id = s.id
    where s.documents_erased_at_ms is null
      and (s.status in ('authorized', 'succeeded')) <> (t.session_id is not null)`,
  'a succeeded session without profile, or a profile before that (complete)': `
    select s.id from sessions s join session_secrets t on t.session_id = s.id
    where (s.status = 'succeeded') <> (t.sealed_profile is not null)`,
  'a consented type without a document row (complete)': `
    select s.id from sessions s, CONSENTED_TYPES
    where s.status = 'succeeded' and not exists (
      select 1 from documents d where d.session_id = s.id and d.doc_type = type.value)`,
  'a document of a session that did not succeed (complete)': `
    select d.id from documents d join sessions s on s.id = d.session_id where s.status <> 'succeeded'`,
  'a held document without key or its document.held entry (collect)': `
    select d.id from documents d where d.state = 'held' and (d.blob is null or d.wrapped_key is null or not exists (
      select 1 from audit_entries a where a.session_id = d.session_id and a.action = 'document.held'
        and a.detail = d.doc_type || ' sha256:' || d.sha256))`,
  'a pending document with bytes (collect)': `
    select d.id from documents d where d.state = 'pending' and (d.blob is not null or d.sha256 is not null)`,
};

/** A database whose server or gateway is dead, as what is asked of it. */
interface Rows {
  engine: keyof typeof consentedTypes;
  query(sql: string): Promise<Record<string, unknown>[]>;
}

/** Looks at what a dead gateway has left, without changing it: opening read-only folds no log into the database. */
export async function inspectAtRest({ dataDir, production }: Place, facts: Iterable<Fact>): Promise<Finding[]> {
  if (production) return inspect({ engine: 'postgres', query: production.query }, dataDir, facts);
  return [
    ...(await opened(join(dataDir, 'simulator.db'), async (db) => wholeness(db))),
    ...(await opened(join(dataDir, 'tijori.db'), async (db) => {
      const query = async (sql: string) => db.prepare(sql).all();
      return [...wholeness(db), ...(await inspect({ engine: 'sqlite', query }, dataDir, facts))];
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

async function inspect({ engine, query }: Rows, dataDir: string, facts: Iterable<Fact>): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const [meaning, text] of Object.entries(tornSets)) {
    for (const { id } of await query(text.replace('CONSENTED_TYPES', consentedTypes[engine]))) {
      findings.push({ kind: 'half', text: `${meaning}: ${id}` });
    }
  }
  const held = await query(`select id, blob, size_bytes from documents where state = 'held' and blob is not null`);
  for (const { id, blob, size_bytes: sizeBytes } of held) {
    const stats = statSync(blobPath(dataDir, String(blob)), { throwIfNoEntry: false });
    if (stats?.size === sealedBytesOf(Number(sizeBytes))) continue;
    const what = stats ? `a file of ${stats.size} bytes` : 'no file';
    findings.push({ kind: 'vault', text: `document ${id} is held, but has ${what}` });
  }
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
