import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadPeople } from '../personas/people.ts';
import type { Document, Entity } from '../personas/persona.ts';
import { pkiFolder } from '../pki/test-pki.ts';
import { type Rendition, render } from './catalogue.ts';
import type { SealFault } from './seal-faults.ts';

/** For tests: a person with a document of each type. */
export function holding(doctype: Document['doctype']): { entity: Entity; document: Document } {
  const entity = loadPeople().byMobile('5550000001')?.entities[0];
  const document = entity?.documents.find((candidate) => candidate.doctype === doctype);
  assert.ok(entity && document);
  return { entity, document };
}

export async function specimen(
  { entity, document }: { entity: Entity; document: Document },
  mime: Rendition,
  fault?: SealFault,
): Promise<Buffer> {
  const bytes = await render(entity, document, mime, fault);
  assert.ok(bytes);
  return bytes;
}

export function pkiFile(name: string): string {
  return join(pkiFolder, name);
}

export function pinned(name: string): X509Certificate {
  return new X509Certificate(readFileSync(pkiFile(name)));
}

/** The CMS of a signed PDF and the bytes that its byte range names. */
export function signedParts(pdf: Buffer): { byteRange: number[]; signed: Buffer; cms: Buffer } {
  const text = pdf.toString('latin1');
  const byteRange = /\/ByteRange \[(\d+) (\d+) (\d+) (\d+)\]/.exec(text)?.slice(1).map(Number) ?? [];
  const [from = 0, length = 0, from2 = 0, length2 = 0] = byteRange;
  const signed = Buffer.concat([pdf.subarray(from, from + length), pdf.subarray(from2, from2 + length2)]);
  const padded = Buffer.from(text.slice(from + length + 1, from2 - 1), 'hex');
  // DER says how long it is; the rest of the field is zeroes.
  return { byteRange, signed, cms: padded.subarray(0, 4 + padded.readUInt16BE(2)) };
}
