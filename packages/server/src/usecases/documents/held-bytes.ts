import { type Document, documentLabel, type HeldFile } from '../../domain/document.ts';
import type { Deps } from '../deps.ts';

/** A held document's bytes in the clear; undefined where its file is gone. Rejects for one that cannot be opened. */
export async function heldBytes(
  { blobs, seal }: Pick<Deps, 'blobs' | 'seal'>,
  document: Document,
  held: HeldFile,
): Promise<Buffer | undefined> {
  const sealed = await blobs.get(held.blob);
  if (!sealed) return undefined;
  const pieces: Buffer[] = [];
  for await (const piece of seal.openFile(held.wrappedKey, documentLabel(document), sealed)) pieces.push(piece);
  return Buffer.concat(pieces);
}
