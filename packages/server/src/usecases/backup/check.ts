import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { readMigrations } from '../../storage/migrate.ts';
import { databaseFaults } from '../../storage/sqlite-snapshot.ts';
import { type AboutBackup, aboutFile, blobPath, databaseFile, filesBelow } from './layout.ts';
import { fromSumsText, type Sums, sumsFile } from './sums.ts';

/** A backup that must not be used, and what in it is not as it was made. */
export class BackupRefused extends Error {
  /** The file that gave it away, as a path below the backup. */
  readonly file: string;
  constructor(file: string, reason: string) {
    super(`The backup is refused: ${file} ${reason}.`);
    this.name = 'BackupRefused';
    this.file = file;
  }
}

/** The list of sums, with exactly the files that it names. Whether each is as it was is found out by reading it. */
export async function openBackup(from: string): Promise<Sums> {
  if (!existsSync(join(from, sumsFile))) throw new BackupRefused(sumsFile, 'is missing');
  const sums = fromSumsText(await readFile(join(from, sumsFile), 'utf8'));
  if (!sums) throw new BackupRefused(sumsFile, 'was altered');
  const found = new Set(await filesBelow(from));
  found.delete(sumsFile);
  for (const path of sums.keys()) if (!found.delete(path)) throw new BackupRefused(path, 'is missing');
  for (const path of found) throw new BackupRefused(path, 'is not on the list of sums');
  return sums;
}

/** Looks at a copied backup as a whole: the database, its schema, and that every document has its bytes. */
export async function checkWhole(folder: string, sums: Sums): Promise<AboutBackup> {
  const about = JSON.parse(await readFile(join(folder, aboutFile), 'utf8')) as AboutBackup;
  if (about.format !== 1 || about.schema > readMigrations().length) {
    throw new BackupRefused(aboutFile, 'is of a newer Tijori: restore with that one');
  }
  const database = new DatabaseSync(join(folder, databaseFile), { readOnly: true });
  try {
    const [fault] = databaseFaults(database);
    if (fault) throw new BackupRefused(databaseFile, `is damaged (${fault})`);
    for (const { blob } of database.prepare('select blob from documents where blob is not null').all()) {
      if (!sums.has(blobPath(String(blob))))
        throw new BackupRefused(blobPath(String(blob)), 'is named by a document and missing');
    }
  } finally {
    database.close();
  }
  return about;
}
