import { Refusal } from '../refusal.ts';

/** A signature dictionary of a PDF and the bytes that it says it covers (ISO 32000-2, 12.8). */
export interface PdfSignature {
  subFilter: string;
  /** DER of the CMS, without the zeroes behind it. */
  cms: Buffer;
  /** The two pieces around the signature itself. */
  signed: readonly [Buffer, Buffer];
  /** Whether these are the whole file, save for the signature. */
  isWhole: boolean;
}

/** Most signatures that are looked at. */
const signaturesMax = 16;

/**
 * Every signature of a file, read from its bytes: a signature dictionary may neither be compressed nor encrypted, so
 * there is nothing to unpack, and what is found covers, by its digest, every byte that a reader would go by. Throws
 * `Refusal` where a byte range is not what the standard says.
 */
export function findSignatures(pdf: Buffer): PdfSignature[] {
  const text = pdf.toString('latin1');
  const ranges = [...text.matchAll(/\/ByteRange\s*\[\s*(\d{1,10})\s+(\d{1,10})\s+(\d{1,10})\s+(\d{1,10})\s*\]/g)];
  if (ranges.length > signaturesMax) throw new Refusal('unreadable', 'too_complex');
  return ranges.map((match) => {
    const [start = 0, length = 0, resume = 0, rest = 0] = match.slice(1).map(Number);
    if (start !== 0 || resume <= length + 1 || resume + rest > pdf.length)
      throw new Refusal('altered', 'unsigned_bytes');
    return {
      subFilter: subFilterOf(text, { at: match.index, length, resume }),
      cms: contentsOf(text.slice(length, resume)),
      signed: [pdf.subarray(0, length), pdf.subarray(resume, resume + rest)],
      isWhole: resume + rest === pdf.length,
    };
  });
}

/** The hole must be the value of `Contents` of the same dictionary: else the range could leave out anything. */
function subFilterOf(text: string, { at, length, resume }: { at: number; length: number; resume: number }): string {
  const start = text.lastIndexOf(' obj', Math.min(at, length));
  const end = text.indexOf('endobj', Math.max(at, resume));
  const dictionary = start === -1 || end === -1 ? '' : text.slice(start, length) + text.slice(resume, end);
  const holds = /\/Contents\s*$/.test(text.slice(Math.max(0, length - 40), length));
  const subFilter = /\/SubFilter\s*\/([\w.]+)/.exec(dictionary)?.[1];
  if (!holds || dictionary.includes('endobj') || subFilter === undefined)
    throw new Refusal('altered', 'unsigned_bytes');
  return subFilter;
}

/** `<308…00>`: DER, then nothing but zeroes, so that no byte of the file is without a meaning. */
function contentsOf(hole: string): Buffer {
  if (!/^<[0-9A-Fa-f]*>$/.test(hole)) throw new Refusal('altered', 'unsigned_bytes');
  const padded = Buffer.from(hole.slice(1, -1), 'hex');
  const length = derLength(padded);
  if (length === undefined || padded.subarray(length).some((byte) => byte !== 0)) {
    throw new Refusal('altered', 'unsigned_bytes');
  }
  return padded.subarray(0, length);
}

/** Of a SEQUENCE with a definite length, header included; undefined for anything else. */
function derLength(bytes: Buffer): number | undefined {
  const [tag, first] = bytes;
  if (tag !== 0x30 || first === undefined || first === 0x80) return undefined;
  if (first < 0x80) return 2 + first;
  const count = first & 0x7f;
  if (count > 4 || bytes.length < 2 + count) return undefined;
  const length = 2 + count + bytes.readUIntBE(2, count);
  return length <= bytes.length ? length : undefined;
}
