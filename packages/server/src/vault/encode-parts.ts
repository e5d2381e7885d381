/**
 * One byte string for a list of texts, so that no two different lists ever give the same bytes: each part is preceded
 * by its length (4 bytes, big endian). What is authenticated (associated data, link signatures) goes through here.
 *
 * Throws `TypeError` for a text with a lone surrogate: UTF-8 would turn two such texts into one.
 */
export function encodeParts(parts: readonly string[]): Buffer {
  const pieces: Buffer[] = [];
  for (const part of parts) {
    if (!part.isWellFormed()) throw new TypeError('encodeParts: a part is not well-formed Unicode');
    const bytes = Buffer.from(part, 'utf8');
    const length = Buffer.allocUnsafe(4);
    length.writeUInt32BE(bytes.length);
    pieces.push(length, bytes);
  }
  return Buffer.concat(pieces);
}
