import type { Rendition } from './catalogue-data.ts';

/**
 * Where a document gets its signature: enveloped xmldsig for XML, an embedded one for PDF (entitylocker-upstream
 * §4.2, §4.5). Every document passes here. This version leaves them unsigned.
 */
export function seal(bytes: Buffer, _mime: Rendition): Buffer {
  return bytes;
}
