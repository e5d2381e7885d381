import type { Dirent } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';

/** What lies in a backup, beside the list of sums. The vault has the same shape as in a data folder. */
export const databaseFile = 'tijori.db';
export const vaultFolder = 'vault';
export const aboutFile = 'backup.json';

/** `tijori dev` keeps its throw-away keys in its folder, where they are of no use to anybody else; others' are never copied. */
export const devFiles: readonly string[] = ['dev-secrets.json', 'dev-credentials.json'];

/** A backup or a restore that is not finished. */
export const partialEnding = '.partial';

/** What a backup says about itself (`backup.json`). */
export interface AboutBackup {
  format: 1;
  made_at: string;
  /** `dev` or `start`: which of the two the data belongs to. */
  deployment: string;
  /** Number of the last migration of the schema. */
  schema: number;
  documents: number;
}

/** Where a blob lies below a backup's or a data folder. */
export function blobPath(blob: string): string {
  return `${vaultFolder}/${blob.slice(-2)}/${blob}`;
}

/** Every file below a folder, as a path with `/`. */
export async function filesBelow(folder: string): Promise<string[]> {
  const entries: Dirent[] = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => !entry.isDirectory())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).split(sep).join('/'))
    .sort();
}
