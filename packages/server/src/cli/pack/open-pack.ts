import type { ConsentRecord, ListDocumentsResponse } from '@tijori/wire';
import { type ArchivedFile, readArchive } from '../../domain/stored-zip.ts';
import { verifyEvidence } from '../../tokens/evidence-key.ts';
import { sha256Hex } from '../../verify/trust-material.ts';
import {
  type AuditFile,
  type Manifest,
  manifestType,
  packFiles,
  readAuditFile,
  readConsentFile,
  readDocumentsFile,
  readManifest,
} from './pack-format.ts';

/** A pack of which every byte is the one that was signed. */
export interface OpenedPack {
  manifest: Manifest;
  /** Id of the key that signed it. */
  kid: string;
  files: ReadonlyMap<string, Buffer>;
  documents: ListDocumentsResponse;
  consent: ConsentRecord | null;
  audit: AuditFile;
}

/**
 * Opens a pack, or says what is wrong with it, each fault with its place. There is no byte in it that could be another: the archive has
 * one spelling, each file stands in the manifest with its digest, and the manifest is signed.
 */
export async function openPack(
  bytes: Buffer,
): Promise<{ pack: OpenedPack; faults: [] } | { pack: null; faults: string[] }> {
  const { files, faults: places } = readArchive(bytes);
  const faults = places.map(({ at, where }) => `Byte ${at}: ${where} is not as it was made.`);
  const signed = await signedManifest(files.at(-1));
  if (!signed) {
    faults.push(`${packFiles.manifest}: it is missing, or its signature does not hold.`);
    return { pack: null, faults };
  }
  faults.push(...differences(signed.manifest, files.slice(0, -1)));
  if (faults.length > 0) return { pack: null, faults };
  const contents = new Map(files.map(({ name, bytes }) => [name, bytes]));
  const read = <Content>(name: string, as: (value: unknown) => Content | undefined): Content | undefined => {
    const content = as(parsed(contents.get(name)));
    if (content === undefined) faults.push(`${name}: it is missing, or not what a pack has there.`);
    return content;
  };
  const documents = read(packFiles.documents, readDocumentsFile);
  const audit = read(packFiles.audit, readAuditFile);
  const consent = contents.has(packFiles.consent) ? read(packFiles.consent, readConsentFile) : null;
  if (faults.length > 0 || !documents || !audit || consent === undefined) return { pack: null, faults };
  return { pack: { ...signed, files: contents, documents, consent, audit }, faults: [] };
}

async function signedManifest(
  file: ArchivedFile | undefined,
): Promise<{ manifest: Manifest; kid: string } | undefined> {
  if (file?.name !== packFiles.manifest) return undefined;
  const signed = await verifyEvidence(file.bytes.toString('latin1'), manifestType);
  const manifest = signed && readManifest(signed.payload);
  return manifest && { manifest, kid: signed.kid };
}

/** Where the files differ from what was signed: by name, order, length and digest. */
function differences({ files: wanted }: Manifest, found: readonly ArchivedFile[]): string[] {
  const faults: string[] = [];
  for (const [index, { name, bytes, sha256 }] of wanted.entries()) {
    const file = found[index];
    if (file?.name !== name) faults.push(`${name}: it is missing, or not in its place.`);
    else if (file.bytes.length !== bytes || sha256Hex(file.bytes) !== sha256) {
      faults.push(`${name}: its content is not the one that was signed.`);
    }
  }
  for (const { name } of found.slice(wanted.length)) faults.push(`${name}: it was added.`);
  return faults;
}

function parsed(bytes: Buffer | undefined): unknown {
  try {
    return bytes && JSON.parse(bytes.toString('utf8'));
  } catch {
    return undefined;
  }
}
