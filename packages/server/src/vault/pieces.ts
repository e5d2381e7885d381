export type ByteSource = AsyncIterable<Uint8Array> | Iterable<Uint8Array>;

export interface Piece {
  bytes: Buffer;
  /** Nothing follows. Known because a piece leaves only once there is more, or the source has ended. */
  last: boolean;
}

/**
 * Cuts a source into a first piece and equal ones after it, however the source itself is cut. Each piece is full
 * except the last, which may be short or, for a source that ends before it, empty. Holds one piece in memory. **A piece is good
 * until the next one is asked for**: it is a view of its chunk, or of the one place where pieces that lie across chunks are put together.
 */
export async function* pieces(source: ByteSource, firstBytes: number, restBytes: number): AsyncGenerator<Piece> {
  const place = Buffer.allocUnsafe(Math.max(firstBytes, restBytes));
  let wanted = firstBytes;
  let filled = 0;
  for await (const chunk of source) {
    const bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.length);
    let offset = 0;
    while (offset < bytes.length) {
      if (filled === wanted) {
        yield { bytes: place.subarray(0, wanted), last: false };
        wanted = restBytes;
        filled = 0;
      }
      // Only where more follows in the same chunk, so that nothing of a chunk is needed when it is done.
      while (filled === 0 && bytes.length - offset > wanted) {
        yield { bytes: bytes.subarray(offset, offset + wanted), last: false };
        offset += wanted;
        wanted = restBytes;
      }
      const taken = bytes.copy(place, filled, offset, offset + wanted - filled);
      filled += taken;
      offset += taken;
    }
  }
  yield { bytes: place.subarray(0, filled), last: true };
}
