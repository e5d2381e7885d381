import { chmodSync, existsSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { type GroupCommit, groupCommit } from './group-commit.ts';

/** The simulator's own SQLite file. Everything that must outlive a restart is in it. */
export interface State extends GroupCommit {
  /** A statement outside of a transaction joins the group that is open, or is on disk at once. */
  db: DatabaseSync;
  close(): void;
}

const schemaVersion = 2;

const journeyTable = `
create table journey (
  id text primary key,
  browser_hash text not null,
  client_id text not null,
  request text not null,
  step text not null,
  otp text not null,
  otp_wrong integer not null default 0,
  fault text,
  mobile text,
  entity_id text,
  role text,
  scenario text,
  workspace text,
  expires_at_ms integer not null
) strict;
create index journey_expires on journey (expires_at_ms);
`;

const tallyTable = `
create table tally (
  consent_id text not null references consent (id) on delete cascade,
  what text not null,
  count integer not null,
  primary key (consent_id, what)
) strict;
`;

const schema = `
${journeyTable}

create table consent (
  id text primary key,
  client_id text not null,
  mobile text not null,
  entity_id text not null,
  document_uris text not null,
  scope text not null,
  purpose text,
  service_name text,
  new_account integer not null,
  reference_key text not null,
  granted_at_ms integer not null,
  valid_till_s integer not null,
  scenario text,
  workspace text
) strict;
create index consent_ends on consent (valid_till_s);

create table code (
  hash text primary key,
  consent_id text not null references consent (id) on delete cascade,
  redirect_uri text not null,
  challenge text not null,
  expires_at_ms integer not null,
  used_at_ms integer
) strict;
create index code_consent on code (consent_id);

create table token (
  hash text primary key,
  kind text not null check (kind in ('access', 'refresh')),
  consent_id text not null references consent (id) on delete cascade,
  expires_at_ms integer not null,
  standing text not null default 'live' check (standing in ('live', 'replaced', 'revoked'))
) strict;
create index token_consent on token (consent_id);

${tallyTable}
`;

/** The first version knew no scenarios and checked the step in the table, which cannot be changed in place. */
const fromVersion1 = `
alter table journey rename to journey_1;
drop index journey_expires;
${journeyTable}
insert into journey (id, browser_hash, client_id, request, step, otp, otp_wrong, fault, mobile, entity_id, expires_at_ms)
  select id, browser_hash, client_id, request, step, otp, otp_wrong, fault, mobile, entity_id, expires_at_ms from journey_1;
drop table journey_1;
alter table consent add column scenario text;
alter table consent add column workspace text;
${tallyTable}
`;

/** Opens the file, or makes it. Refuses a file of a newer simulator and one that is not its own. */
export function openState(path: string): State {
  const isNew = path !== ':memory:' && !existsSync(path);
  const db = new DatabaseSync(path, { timeout: 5000 });
  // Its grants open documents as ours do; `tijori.db` has the same mode.
  if (isNew) chmodSync(path, 0o600);
  const groups = groupCommit(db);
  const close = () => {
    try {
      groups.commit();
    } finally {
      db.close();
    }
  };
  try {
    // A lost power supply must not take back a consent that was answered: FULL, always (design §4).
    db.exec('pragma journal_mode = wal; pragma synchronous = full; pragma foreign_keys = on;');
    groups.transaction(() => migrate(db, path));
    groups.commit();
    return { db, ...groups, close };
  } catch (error) {
    close();
    throw error;
  }
}

function migrate(db: DatabaseSync, path: string): void {
  const version = integerOf(db.prepare('pragma user_version').get(), 'user_version');
  if (version === schemaVersion) return;
  if (version === 1) {
    db.exec(`${fromVersion1} pragma user_version = ${schemaVersion};`);
    return;
  }
  if (version !== 0)
    throw new Error(`${path} has schema version ${version}; this simulator knows only ${schemaVersion}`);
  if (integerOf(db.prepare('select count(*) as tables from sqlite_master').get(), 'tables') > 0) {
    throw new Error(`${path} is a database of something else`);
  }
  db.exec(`${schema} pragma user_version = ${schemaVersion};`);
}

type Row = Record<string, unknown> | undefined;

/** A text column of a row; a row of another shape is a fault of ours. */
export function textOf(row: Row, column: string): string {
  const value = row?.[column];
  if (typeof value !== 'string') throw new Error(`column ${column} is not text`);
  return value;
}

export function integerOf(row: Row, column: string): number {
  const value = row?.[column];
  if (typeof value !== 'number') throw new Error(`column ${column} is not a number`);
  return value;
}

export function optionalTextOf(row: Row, column: string): string | undefined {
  return row?.[column] === null ? undefined : textOf(row, column);
}
