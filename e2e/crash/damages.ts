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
  {
    name: 'the end of a document file zeroed',
    finds: /^vault document .* is held, but has a file that does not open/m,
    plant: (dataDir, fact) => zeroEnd(fileOf(dataDir, fact)),
  },
  {
    name: 'the event of a creation dropped',
    finds: /^half a session whose events are not those that it counted/m,
    plant: change(`delete from events where type = 'entitylocker.session.created' and session_id = ?`),
  },
  {
    name: 'a step taken without its event and number',
    finds: /^half a session whose events tell of other steps/m,
    plant: change(
      `delete from events where type = 'entitylocker.session.succeeded' and session_id = ?`,
      'update sessions set event_sequence = event_sequence - 1 where id = ?',
    ),
  },
  {
    name: 'the event of a held document dropped',
    finds: /^half a held document without the event/m,
    plant: change(`delete from events where type = 'entitylocker.document.available' and session_id = ?`),
  },
  {
    name: 'the answer of a consent dropped',
    finds: /^half an authorized session whose consent record lacks/m,
    plant: change(`delete from consent_entries where entry like 'authorized:%' and session_id = ?`),
  },
  {
    name: 'the grant of a consent dropped',
    finds: /^half a succeeded session without the grant/m,
    plant: change(`delete from consent_entries where entry = 'granted' and session_id = ?`),
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

function change(...sqls: string[]): Damage['plant'] {
  return (dataDir, fact) => {
    const db = new DatabaseSync(join(dataDir, 'tijori.db'), { enableForeignKeyConstraints: false });
    for (const sql of sqls) db.prepare(sql).run(fact.id);
    db.close();
  };
}

function fileOf(dataDir: string, fact: Fact): string {
  const db = new DatabaseSync(join(dataDir, 'tijori.db'), { readOnly: true });
  const row = db.prepare(`select blob from documents where session_id = ? and state = 'held' limit 1`).get(fact.id);
  db.close();
  return blobPath(dataDir, String(row?.blob));
}

/** As a file looks whose length came to the disk, but not its last bytes. */
function zeroEnd(path: string): void {
  const { size } = statSync(path);
  const file = openSync(path, 'r+');
  const bytes = Math.min(size, 512);
  writeSync(file, Buffer.alloc(bytes), 0, bytes, size - bytes);
  closeSync(file);
}

function scribble(dataDir: string): void {
  const path = join(dataDir, 'tijori.db');
  const { size } = statSync(path);
  const file = openSync(path, 'r+');
  writeSync(file, Buffer.alloc(Math.floor(size / 2), 0x5a), 0, null, Math.floor(size / 2));
  closeSync(file);
}
