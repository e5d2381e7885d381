import { type Certificate, readCertificate } from './certificate.ts';
import { sha256Hex } from './trust-material.ts';

/** Reads a certificate, or throws on what is none. */
export type ReadCertificate = (bytes: Uint8Array) => Certificate;

/** Most certificates that are remembered, and the longest of them, bytes: a hostile file must not fill the memory with its own. */
const rememberedMax = 64;
const rememberedBytesMax = 8 * 1024;

/** As `readCertificate`, with a memory: nearly all documents bring the same few, and reading those is a third of a verdict. */
export function certificateReader(): ReadCertificate {
  const known = new Map<string, Certificate>();
  return (bytes) => {
    if (bytes.length > rememberedBytesMax) return readCertificate(bytes);
    const key = sha256Hex(bytes);
    const certificate = known.get(key) ?? readCertificate(bytes);
    // A map remembers the order of writing: the first key is the one that was not asked for longest.
    known.delete(key);
    known.set(key, certificate);
    const [oldest] = known.keys();
    if (known.size > rememberedMax && oldest !== undefined) known.delete(oldest);
    return certificate;
  };
}
