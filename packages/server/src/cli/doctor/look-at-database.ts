import { statSync } from 'node:fs';
import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { type SchemaState, schemaState } from '../../storage/migrate.ts';
import { databaseFaults } from '../../storage/sqlite-snapshot.ts';
import { type Finding, fault, ok, warning } from './finding.ts';
import { timelineQueries, timelinesFinding } from './look-at-timelines.ts';

const mib = 1024 * 1024;
/** The log is kept below this (acceptance I6), bytes. */
const logBytesMax = 64 * mib;
/** Our own clock may be behind what it wrote by this much, ms: several threads and a clock that is being corrected. */
const behindMsMax = 60_000;

export function lookAtDatabase(connection: DatabaseSync, dataDir: string, nowMs: number): Finding[] {
  const schema = schemaFinding(schemaState(connection));
  const findings = [integrity(connection), schema, log(dataDir)];
  if (schema.state === 'fault') return findings;
  return [...findings, clock(connection, nowMs), ...(schema.state === 'ok' ? [timelines(connection)] : [])];
}

function timelines(connection: DatabaseSync): Finding {
  const idsOf = (query: string) =>
    connection
      .prepare(query)
      .all()
      .map(({ id }) => String(id));
  return timelinesFinding(timelineQueries.map(idsOf));
}

function integrity(connection: DatabaseSync): Finding {
  const [first, ...others] = databaseFaults(connection);
  if (first === undefined) return ok('database', 'Every page, index and reference is sound.');
  return fault('database', `${first}${others.length > 0 ? ` and ${others.length} more` : ''}. Restore a backup.`);
}

export function schemaFinding({ applied, waiting, unknown }: SchemaState): Finding {
  if (unknown.length > 0) return fault('schema', `Made by a newer Tijori (${unknown.join(', ')}): use that one.`);
  if (applied === 0) return fault('schema', 'There is none: this is no database of Tijori.');
  if (waiting.length > 0) {
    return warning('schema', `At ${applied}; ${waiting.join(', ')} will be applied at the next start.`);
  }
  return ok('schema', `At ${applied}, as this version wants it.`);
}

function log(dataDir: string): Finding {
  const bytes = statSync(join(dataDir, 'tijori.db-wal'), { throwIfNoEntry: false })?.size ?? 0;
  const text = `${(bytes / mib).toFixed(1)} MiB in tijori.db-wal.`;
  return bytes > logBytesMax
    ? warning(
        'write-ahead log',
        `${text} It should stay below ${logBytesMax / mib}: is something reading for very long?`,
      )
    : ok('write-ahead log', text);
}

function clock(connection: DatabaseSync, nowMs: number): Finding {
  const row = connection.prepare('select max(at_ms) as at from audit_entries').get();
  return clockFinding(Number(row?.at ?? 0), nowMs);
}

export function clockFinding(newestMs: number, nowMs: number): Finding {
  if (nowMs >= newestMs - behindMsMax) {
    return ok('clock', `${new Date(nowMs).toISOString()}, not behind the newest entry.`);
  }
  const seconds = Math.round((newestMs - nowMs) / 1000);
  return fault('clock', `${seconds} s behind the newest entry: set the clock, or sessions live too long.`);
}
