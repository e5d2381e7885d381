import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { tijoriWords } from './servers.ts';

const repository = fileURLToPath(new URL('..', import.meta.url));
/** Sessions that are written in one transaction. */
const chunk = 100_000;
/** Over how long a time they were made, ms: less than events are kept, so that no sweep begins to remove them. */
const spanMs = 20 * 24 * 60 * 60 * 1000;

/**
 * A database as `tijori start` has it after so many sessions, each with the audit entry and the event of its creation, and
 * all at their end. Answers some of their ids, from all over the time.
 */
export async function growDatabase(folder: string, sessions: number, samples: number): Promise<string[]> {
  const secret = () => randomBytes(32).toString('base64');
  const env = { ...process.env, TIJORI_MASTER_KEY: secret() };
  const words = tijoriWords('keys', 'create', '--mode', 'test', '--data', folder, '--json');
  await promisify(execFile)(process.execPath, words, { cwd: repository, env });
  const database = new DatabaseSync(join(folder, 'tijori.db'));
  // Nobody has been told anything of these rows yet.
  database.exec('pragma journal_mode = wal; pragma synchronous = off; pragma cache_size = -200000');
  const workspace = String(database.prepare('select id from workspaces').get()?.id);
  const stepMs = spanMs / sessions;
  const fromMs = Date.now() - spanMs - 60 * 60 * 1000;
  database.exec(`
    create temp table made (
      n integer primary key, at_ms integer,
      session_id text as (printf('%08x-%04x-4%03x-a%03x-%012x', at_ms >> 16, at_ms & 65535, n % 4096, n / 4096 % 4096, n)),
      event_id text as (printf('evt_%012x7%03x%016x', at_ms, n % 4096, n)))`);
  for (let from = 0; from < sessions; from += chunk) {
    const to = Math.min(from + chunk, sessions);
    database.exec(`
      begin;
      delete from made;
      with recursive number (n) as (select ${from} union all select n + 1 from number where n + 1 < ${to})
        insert into made (n, at_ms) select n, cast(${fromMs} + n * ${stepMs} as integer) from number;
      insert into sessions (id, workspace_id, mode, flow, doc_types, status, status_reason, created_at_ms, updated_at_ms, expires_at_ms)
        select session_id, '${workspace}', 'test', 'signin', '["gstn_details"]', 'expired', 'session_expired', at_ms,
               at_ms + 900000, at_ms + 900000 from made;
      insert into audit_entries (workspace_id, session_id, session_created_at_ms, at_ms, entry_no, actor, action, batch)
        select '${workspace}', session_id, at_ms, at_ms, n, 'integrator', 'session.created', 1 from made;
      insert into events (workspace_id, mode, id, type, session_id, status, sequence, at_ms)
        select '${workspace}', 'test', event_id, 'entitylocker.session.created', session_id, 'created', 1, at_ms from made;
      commit;`);
  }
  database.exec(`update audit_batches set marked = 1, taken_in = 1; pragma wal_checkpoint(truncate);`);
  const every = Math.max(1, Math.floor(sessions / samples));
  const at = database.prepare('select id from sessions where rowid = ?');
  const ids = Array.from({ length: Math.min(samples, sessions) }, (_, index) => String(at.get(index * every + 1)?.id));
  database.close();
  return ids;
}
