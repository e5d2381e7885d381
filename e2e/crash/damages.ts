import { closeSync, openSync, rmSync, statSync, truncateSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { Fact } from './ledger.ts';
import { blobPath } from './vault-folder.ts';

/** Something that must never happen, done on purpose to a dead data folder. */
export interface Damage {
  name: string;
  /** What has to be found, as `kind text`. */
  finds: RegExp;
  /** It can be done only to a session whose documents were downloaded. */
  needsFile?: boolean;
  /** At rest, `fact` is a session that succeeded and whose documents were downloaded. */
  plant(dataDir: string, fact: Fact): void;
}

/** Seen by looking at the dead folder. */
export const damagesAtRest: readonly Damage[] = [
  { name: 'a session row dropped', finds: /^lost .* has no row/m, plant: change('delete from sessions where id = ?') },
  {
    name: 'a row dropped that others name',
    finds: /^corrupt foreign_key_check/m,
    plant: change('delete from sessions where id = ?'),
  },
  {
    name: 'a session.created entry dropped',
    finds: /^half a session without its one session.created/m,
    plant: change(`delete from audit_entries where action = 'session.created' and session_id = ?`),
  },
  {
    name: 'the entry of a step dropped',
    finds: /^half a session that moved without/m,
    plant: change(`delete from audit_entries where action = 'session.authorized' and session_id = ?`),
  },
  {
    name: 'sealed tokens dropped',
    finds: /^half an authorized session without its tokens/m,
    plant: change('delete from session_secrets where session_id = ?'),
  },
  {
    name: 'document rows dropped',
    finds: /^half a consented type without a document row/m,
    plant: change('delete from documents where session_id = ?'),
  },
  {
    name: 'a state set back',
    finds: /^lost .* was succeeded, is initialized/m,
    plant: change(`update sessions set status = 'initialized' where id = ?`),
  },
  {
    name: 'a document file removed',
    finds: /^vault document .* is held, but has no file/m,
    plant: (dataDir, fact) => rmSync(fileOf(dataDir, fact)),
  },
  { name: 'half of the database overwritten', finds: /^corrupt /m, plant: scribble },
];

/** Seen by asking the server that was started on the damaged folder. */
export const damagesWhenAsked: readonly Damage[] = [
  { name: 'a session row dropped', finds: /^lost .*answered 521/m, plant: change('delete from sessions where id = ?') },
  {
    name: 'a time of creation changed',
    finds: /^lost .*created_at was/m,
    plant: change('update sessions set created_at_ms = created_at_ms + 1 where id = ?'),
  },
  {
    name: 'a document file cut short',
    finds: /^lost .*(download|socket|aborted)/m,
    needsFile: true,
    plant: (dataDir, fact) => truncateSync(fileOf(dataDir, fact), 100),
  },
];

function change(sql: string): Damage['plant'] {
  return (dataDir, fact) => {
    const db = new DatabaseSync(join(dataDir, 'tijori.db'), { enableForeignKeyConstraints: false });
    db.prepare(sql).run(fact.id);
    db.close();
  };
}

function fileOf(dataDir: string, fact: Fact): string {
  const db = new DatabaseSync(join(dataDir, 'tijori.db'), { readOnly: true });
  const row = db.prepare(`select blob from documents where session_id = ? and state = 'held' limit 1`).get(fact.id);
  db.close();
  return blobPath(dataDir, String(row?.blob));
}

function scribble(dataDir: string): void {
  const path = join(dataDir, 'tijori.db');
  const { size } = statSync(path);
  const file = openSync(path, 'r+');
  writeSync(file, Buffer.alloc(Math.floor(size / 2), 0x5a), 0, null, Math.floor(size / 2));
  closeSync(file);
}
