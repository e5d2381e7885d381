import { createSecretKey, type KeyObject } from 'node:crypto';
import { Readable } from 'node:stream';
import { AppError } from '../domain/app-error.ts';
import type { Keyring } from '../domain/keyring.ts';
import { decrypt, encrypt, keyBytes, tagBytes } from './aead.ts';
import {
  contextData,
  type RandomBytes,
  type SealContext,
  sealRefused,
  unwrapDataKey,
  wrapDataKey,
} from './data-key.ts';
import { letGo } from './let-go.ts';
import { type ByteSource, pieces } from './pieces.ts';

/** Plain bytes of a segment; every segment but the last is full. */
export const segmentBytes = 64 * 1024;
const sealedSegmentBytes = segmentBytes + tagBytes;
const segmentsMax = 2 ** 32;

/** "TIJORI", format version 1, log2 of the segment size; then the random part of the nonces and a spare zero. */
const magic = Buffer.from([0x54, 0x49, 0x4a, 0x4f, 0x52, 0x49, 0x01, 0x10]);
const prefixBytes = 7;
export const headerBytes = magic.length + prefixBytes + 1;

/** How long the sealed form of a file of `plainBytes` is, bytes. */
export function sealedBytesOf(plainBytes: number): number {
  return headerBytes + plainBytes + Math.max(1, Math.ceil(plainBytes / segmentBytes)) * tagBytes;
}

export interface SealedFile {
  /** For the database row and nowhere else: whoever destroys it destroys the document. */
  wrappedKey: string;
  /** What goes to the blob store: header and segments. Can be read once. */
  sealed: AsyncGenerator<Buffer>;
}

/** STREAM (Hoang, Reyhanitabar, Rogaway, Vizár 2015): prefix, 32-bit counter, last-segment flag. */
function segmentNonce(header: Buffer, index: number, last: boolean): Buffer {
  const nonce = Buffer.alloc(12);
  header.copy(nonce, 0, magic.length, magic.length + prefixBytes);
  nonce.writeUInt32BE(index, prefixBytes);
  nonce.writeUInt8(last ? 1 : 0, prefixBytes + 4);
  return nonce;
}

function fileData(header: Buffer, context: SealContext): Buffer {
  return Buffer.concat([header, contextData('tijori:f1', context)]);
}

/** Seals a document under a fresh data key; memory does not grow with its size. */
export function sealFile(
  keyring: Keyring,
  random: RandomBytes,
  source: Buffer | ByteSource,
  context: SealContext,
): SealedFile {
  const dataKey = random(keyBytes);
  const header = Buffer.concat([magic, random(prefixBytes), Buffer.alloc(1)]);
  const key = createSecretKey(dataKey);
  const associatedData = fileData(header, context);
  const chunks = Buffer.isBuffer(source) ? [source] : source;

  async function* sealed(): AsyncGenerator<Buffer> {
    yield header;
    let index = 0;
    for await (const { bytes, last } of pieces(chunks, segmentBytes, segmentBytes)) {
      if (index >= segmentsMax) throw sealRefused('file is too long');
      yield encrypt({ key, nonce: segmentNonce(header, index, last), associatedData }, bytes);
      index += 1;
    }
  }
  return { wrappedKey: wrapDataKey(keyring, random, dataKey, context), sealed: sealed() };
}

/**
 * The plain bytes of a sealed document, segment by segment: only verified bytes ever leave. Altered, swapped, missing
 * or additional segments end the stream with `internal` before any byte of theirs; so does another context or key.
 * A reader must treat an early end as a failure, never as a short document. The source is left open by a reader who never begins.
 */
export async function* openFile(
  keyring: Keyring,
  wrappedKey: string,
  context: SealContext,
  source: ByteSource,
): AsyncGenerator<Buffer> {
  const key = createSecretKey(unwrapDataKey(keyring, wrappedKey, context));
  let header: Buffer | undefined;
  let associatedData: Buffer = Buffer.alloc(0);
  let index = 0;
  for await (const { bytes, last } of pieces(readable(source), headerBytes, sealedSegmentBytes)) {
    if (!header) {
      if (last || !isOurs(bytes)) throw sealRefused('file is not one of ours');
      header = Buffer.from(bytes);
      associatedData = fileData(header, context);
      continue;
    }
    const plain = openSegment({ key, header, associatedData }, { index, last }, bytes);
    if (plain.length > 0) yield plain;
    index += 1;
  }
}

/** As `openFile`, where the sealed bytes are here already: nothing comes out unless all of it is as it was sealed. */
export function openWhole(keyring: Keyring, wrappedKey: string, context: SealContext, sealed: Buffer): Buffer {
  const key = createSecretKey(unwrapDataKey(keyring, wrappedKey, context));
  const header = sealed.subarray(0, headerBytes);
  if (sealed.length <= headerBytes || !isOurs(header)) throw sealRefused('file is not one of ours');
  const file = { key, header, associatedData: fileData(header, context) };
  const segments: Buffer[] = [];
  for (let at = headerBytes; at < sealed.length; at += sealedSegmentBytes) {
    const end = Math.min(at + sealedSegmentBytes, sealed.length);
    const place = { index: segments.length, last: end === sealed.length };
    segments.push(openSegment(file, place, sealed.subarray(at, end)));
  }
  const [first] = segments;
  if (segments.length === 1 && first) return first;
  const plain = Buffer.concat(segments);
  for (const segment of segments) letGo(segment);
  return plain;
}

function isOurs(header: Buffer): boolean {
  return header.subarray(0, magic.length).equals(magic);
}

function openSegment(
  { key, header, associatedData }: { key: KeyObject; header: Buffer; associatedData: Buffer },
  { index, last }: { index: number; last: boolean },
  bytes: Buffer,
): Buffer {
  if (index >= segmentsMax) throw sealRefused('file is too long');
  const plain = decrypt({ key, nonce: segmentNonce(header, index, last), associatedData }, bytes);
  // An empty segment is the whole of an empty document and nothing else.
  if (!plain || (plain.length === 0 && index > 0)) throw sealRefused(`segment ${index} does not open`);
  return plain;
}

/**
 * Faults of the blob store while reading become ours at this border. What a stream hands over is ours, too, and let go as soon as it has been
 * cut and opened.
 */
async function* readable(source: ByteSource): AsyncGenerator<Uint8Array> {
  const isOurs = source instanceof Readable;
  try {
    for await (const chunk of source) {
      yield chunk;
      if (isOurs) letGo(chunk);
    }
  } catch (cause) {
    if (cause instanceof AppError) throw cause;
    throw new AppError('internal', { detail: 'vault: reading a blob failed', cause });
  }
}
