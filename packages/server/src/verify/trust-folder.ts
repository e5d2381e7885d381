import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { readRevocationList } from './revocation-list.ts';
import { emptyTrust, type SignerRule, type TrustMaterial } from './trust-material.ts';

const isText = (value: unknown) => typeof value === 'string' && value.length > 0;
const matches = (pattern: RegExp) => (value: unknown) => typeof value === 'string' && pattern.test(value);
const isDocumentType = matches(/^[A-Z]{5}$/);

/** What a rule may say, and in which form. */
const ruleFields: Readonly<Record<string, (value: unknown) => boolean>> = {
  organization: isText,
  common_name: isText,
  sha256: matches(/^[0-9A-Fa-f]{64}$/),
  documents: (value) => Array.isArray(value) && value.length > 0 && value.every(isDocumentType),
};

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
  if (!(Array.isArray(content) && content.every(isSignerRule))) {
    throw new Error(`${path} must be a list of rules with organization, common_name, sha256 or documents.`);
  }
  return content;
}

function isSignerRule(rule: unknown): rule is SignerRule {
  if (typeof rule !== 'object' || rule === null || Array.isArray(rule)) return false;
  const fields = Object.entries(rule);
  return (
    fields.length > 0 && fields.every(([name, value]) => Object.hasOwn(ruleFields, name) && ruleFields[name]?.(value))
  );
}
