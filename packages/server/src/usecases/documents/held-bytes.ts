import { Readable } from 'node:stream';
import { type Document, documentLabel, type HeldFile } from '../../domain/document.ts';
import { wholeBytesMax } from '../../vault/blobs.ts';
import { sealedBytesOf } from '../../vault/seal-file.ts';
import type { Deps } from '../deps.ts';

type VaultDeps = Pick<Deps, 'blobs' | 'seal'>;

/**
 * A held document in the clear: a small one at once and only if all of it opens, a large one piece by piece, each verified before it comes out.
 * Read that to the end or `destroy()` it: either way its file is closed. Undefined where its file is gone.
 */
export async function openHeld(
  { blobs, seal }: VaultDeps,
  document: Document,
  { blob, sizeBytes, wrappedKey }: HeldFile,
): Promise<Buffer | Readable | undefined> {
  const label = documentLabel(document);
  const sealedBytes = sealedBytesOf(sizeBytes);
  if (sealedBytes <= wholeBytesMax) {
    return blobs.whole(blob, sealedBytes, (sealed) => seal.openWhole(wrappedKey, label, sealed));
  }
  const sealed = await blobs.get(blob);
  if (!sealed) return undefined;
  const plain = Readable.from(seal.openFile(wrappedKey, label, sealed), { objectMode: false });
  // A generator closes what it reads from only if it was begun, and whoever asked may have left before that.
  plain.once('close', () => sealed.destroy());
  return plain;
}

/** A held document's bytes in the clear; undefined where its file is gone. Rejects for one that cannot be opened. */
export async function heldBytes(deps: VaultDeps, document: Document, held: HeldFile): Promise<Buffer | undefined> {
  const bytes = await openHeld(deps, document, held);
  if (!bytes || Buffer.isBuffer(bytes)) return bytes;
  const pieces: Buffer[] = [];
  for await (const piece of bytes) pieces.push(piece);
  return Buffer.concat(pieces);
}
