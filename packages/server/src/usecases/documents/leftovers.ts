import { documentOfBlob } from '../../domain/document.ts';
import type { BlobEntry } from '../../vault/blobs.ts';
import type { Deps } from '../deps.ts';

/** A file that is younger is not looked at, ms: most wait for their row, or for their removal after it. */
export const orphanAgeMs = 10 * 60 * 1000;

/**
 * What a file of the vault is to this database. `leftover`: its document is held in another file, or erased, and comes into neither of these
 * states twice; so no copy of the database, older or younger, can ever want this file. `stranger`: of no document that is known here. That
 * tells nothing about the file: the database may be an empty one, another's, or one of another day. `kept`: everything else.
 */
export async function standingOf(
  { stores, now }: Pick<Deps, 'stores' | 'now'>,
  { name, modifiedAtMs }: BlobEntry,
): Promise<'kept' | 'leftover' | 'stranger'> {
  if (now() - modifiedAtMs < orphanAgeMs) return 'kept';
  const id = documentOfBlob(name);
  // Files had no name of their document once; what a row names is held all the same.
  if (id === undefined) return (await stores.documents.isHeldBlob(name)) ? 'kept' : 'stranger';
  const document = await stores.documents.fileOf(id);
  if (!document) return 'stranger';
  return document.blob !== name && isSettled(document.state) ? 'leftover' : 'kept';
}

/** Whether a document in this state can get no other file any more. */
export function isSettled(state: string): boolean {
  return state === 'held' || state === 'erased';
}
