/** A body as it came: bytes, or the text that they are in UTF-8. Never what a parser made of it. */
export type RawBody = string | Uint8Array | ArrayBuffer;

/** Its bytes. Throws a TypeError for what has been parsed: other bytes were signed than any serialiser would write again. */
export function bytesOf(rawBody: RawBody): Uint8Array {
  if (typeof rawBody === 'string') return new TextEncoder().encode(rawBody);
  if (rawBody instanceof Uint8Array) return rawBody;
  if (rawBody instanceof ArrayBuffer) return new Uint8Array(rawBody);
  throw new TypeError(
    'The body has been parsed, and its signature is over the bytes as they came: give a string, a Uint8Array or an ArrayBuffer.',
  );
}
