import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import Type from 'typebox';
import Schema from 'typebox/schema';
import { readRevocationList } from './revocation-list.ts';
import { emptyTrust, type SignerRule, type TrustMaterial } from './trust-material.ts';

const SignerRules = Type.Array(
  Type.Object(
    {
      organization: Type.Optional(Type.String({ minLength: 1 })),
      common_name: Type.Optional(Type.String({ minLength: 1 })),
      sha256: Type.Optional(Type.String({ pattern: '^[0-9A-Fa-f]{64}$' })),
      documents: Type.Optional(Type.Array(Type.String({ pattern: '^[A-Z]{5}$' }), { minItems: 1 })),
    },
    { additionalProperties: false, minProperties: 1 },
  ),
);
const isSignerRules = Schema.Compile(SignerRules);

const certificateEnding = /\.(crt|cer|pem|der)$/;
const listEnding = /\.crl(\.pem|\.der)?$/;
const signersFile = 'signers.json';

/** Largest file of a trust folder that is read, bytes. */
const fileBytesMax = 64 * 1024 * 1024;

/**
 * Reads a trust folder: `*.crt`, `*.cer`, `*.pem` and `*.der` are certificates (PEM files may hold several), `*.crl` and
 * `*.crl.pem` revocation lists, `signers.json` says who may sign. Other files are left alone. A folder that is not there
 * is a store that trusts nobody. Throws a sentence that names the file.
 */
export function readTrustFolder(folder: string | null, store: string): TrustMaterial {
  const names = folder === null ? [] : namesIn(folder);
  if (folder === null || names.length === 0) return emptyTrust(store);
  const certificates: Uint8Array[] = [];
  const crls: Uint8Array[] = [];
  let signers: readonly SignerRule[] = [];
  for (const name of names) {
    const path = join(folder, name);
    if (name === signersFile) signers = readSigners(path);
    else if (listEnding.test(name)) crls.push(...readLists(path));
    else if (certificateEnding.test(name)) certificates.push(...readDer(path, 'CERTIFICATE'));
  }
  return { store, certificates, crls, signers };
}

/** Changes when a file of the folder comes, goes or changes. */
export function trustFolderMark(folder: string | null): string {
  if (folder === null) return '';
  return namesIn(folder)
    .map((name) => {
      const { mtimeMs, size } = statSync(join(folder, name));
      return `${name} ${mtimeMs} ${size}`;
    })
    .join('\n');
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder).sort();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}

/** DER of each block of that kind, or the whole file if it is DER itself. */
function readDer(path: string, kind: 'CERTIFICATE' | 'X509 CRL'): Uint8Array[] {
  if (statSync(path).size > fileBytesMax) throw new Error(`${path} is too large for a trust folder.`);
  const bytes = readFileSync(path);
  if (bytes[0] === 0x30) return [new Uint8Array(bytes)];
  const blocks = [...bytes.toString('latin1').matchAll(/-----BEGIN ([A-Z0-9 ]+)-----([^-]*)-----END \1-----/g)];
  if (blocks.some(([, label]) => label?.includes('PRIVATE KEY'))) {
    throw new Error(`${path} holds a private key, which has no business in a trust folder.`);
  }
  const found = blocks.filter(([, label]) => label === kind).map(([, , text = '']) => Buffer.from(text, 'base64'));
  if (found.length === 0)
    throw new Error(`${path} holds no ${kind === 'CERTIFICATE' ? 'certificate' : 'revocation list'}.`);
  return found.map((der) => new Uint8Array(der));
}

/** Refused here and not in a thread, where one bad list would end the judging of every document. */
function readLists(path: string): Uint8Array[] {
  const lists = readDer(path, 'X509 CRL');
  try {
    for (const der of lists) readRevocationList(der);
  } catch (error) {
    throw new Error(`${path} is no revocation list that can be used: ${(error as Error).message}`);
  }
  return lists;
}

function readSigners(path: string): SignerRule[] {
  let content: unknown;
  try {
    content = JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    throw new Error(`${path} is not JSON.`);
  }
  if (!isSignerRules.Check(content)) {
    throw new Error(`${path} must be a list of rules with organization, common_name, sha256 or documents.`);
  }
  return content;
}
