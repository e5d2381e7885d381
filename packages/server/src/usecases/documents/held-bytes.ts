import { type Document, documentLabel, type HeldFile } from '../../domain/document.ts';
import { wholeBytesMax } from '../../vault/blobs.ts';
import { sealedBytesOf } from '../../vault/seal-file.ts';
import type { Deps } from '../deps.ts';

type VaultDeps = Pick<Deps, 'blobs' | 'seal'>;

/**
 * A held document in the clear: a small one at once and only if all of it opens, a large one piece by piece, each verified before it comes out.
 * Undefined where its file is gone.
 */
export async function openHeld(
  { blobs, seal }: VaultDeps,
  document: Document,
  { blob, sizeBytes, wrappedKey }: HeldFile,
): Promise<Buffer | AsyncIterable<Buffer> | undefined> {
  const label = documentLabel(document);
  const sealedBytes = sealedBytesOf(sizeBytes);
  if (sealedBytes <= wholeBytesMax) {
    return blobs.whole(blob, sealedBytes, (sealed) => seal.openWhole(wrappedKey, label, sealed));
  }
  const sealed = await blobs.get(blob);
  return sealed && seal.openFile(wrappedKey, label, sealed);
}

/** A held document's bytes in the clear; undefined where its file is gone. Rejects for one that cannot be opened. */
export async function heldBytes(deps: VaultDeps, document: Document, held: HeldFile): Promise<Buffer | undefined> {
  const bytes = await openHeld(deps, document, held);
  if (!bytes || Buffer.isBuffer(bytes)) return bytes;
  const pieces: Buffer[] = [];
  for await (const piece of bytes) pieces.push(piece);
  return Buffer.concat(pieces);
}
