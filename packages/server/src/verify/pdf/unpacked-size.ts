import { inflateSync } from 'node:zlib';

/** All streams of a file together may unpack to so much, bytes: a certificate has some hundred kB. */
const unpackedMax = 32 * 1024 * 1024;
/** Most streams, and how often one may be packed over. */
const streamsMax = 5_000;
const layersMax = 4;

/**
 * Whether a PDF is small once it is unpacked. Its reader unpacks outside of the heap that is limited, as far as two seconds go: so a file
 * that holds a gigabyte of blanks is known before.
 */
export function isSmallUnpacked(pdf: Buffer): boolean {
  let left = unpackedMax;
  let streams = 0;
  const text = pdf.toString('latin1');
  for (const { index, 0: word } of text.matchAll(/stream\r?\n/g)) {
    if (text.startsWith('end', index - 3)) continue;
    streams += 1;
    const start = index + word.length;
    const end = text.indexOf('endstream', start);
    const size = streams > streamsMax ? null : unpackedSize(pdf.subarray(start, end === -1 ? undefined : end), left);
    if (size === null) return false;
    left -= size;
  }
  return true;
}

/** Of the layer that is largest; 0 for what is not packed. Null for more than `bytesMax`. */
function unpackedSize(packed: Buffer, bytesMax: number): number | null {
  let inner = packed;
  let size = 0;
  for (let layer = 0; layer < layersMax && isZlib(inner); layer += 1) {
    try {
      inner = inflateSync(inner, { maxOutputLength: Math.max(1, bytesMax) });
    } catch (error) {
      return (error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE' ? null : size;
    }
    size = Math.max(size, inner.length);
  }
  return isZlib(inner) && size > 0 ? null : size;
}

/** RFC 1950, 2.2. */
function isZlib(bytes: Buffer): boolean {
  const [method = 0, flags = 0] = bytes;
  return (method & 0x0f) === 8 && (method * 256 + flags) % 31 === 0;
}
