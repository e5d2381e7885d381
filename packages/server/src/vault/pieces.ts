export type ByteSource = AsyncIterable<Uint8Array> | Iterable<Uint8Array>;

export interface Piece {
  bytes: Buffer;
  /** Nothing follows. Known because a piece leaves only once there is more, or the source has ended. */
  last: boolean;
}

/**
 * Cuts a source into a first piece and equal ones after it, however the source itself is cut. Each piece is full
 * except the last, which may be short or, for a source that ends before it, empty. Holds one piece in memory.
 */
export async function* pieces(source: ByteSource, firstBytes: number, restBytes: number): AsyncGenerator<Piece> {
  let held = Buffer.allocUnsafe(firstBytes);
  let filled = 0;
  for await (const chunk of source) {
    let offset = 0;
    while (offset < chunk.length) {
      if (filled === held.length) {
        yield { bytes: held, last: false };
        held = Buffer.allocUnsafe(restBytes);
        filled = 0;
      }
      const taken = chunk.subarray(offset, offset + held.length - filled);
      held.set(taken, filled);
      filled += taken.length;
      offset += taken.length;
    }
  }
  yield { bytes: held.subarray(0, filled), last: true };
}
