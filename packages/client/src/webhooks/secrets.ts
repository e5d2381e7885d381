/** One secret, or the two of a rotation: the old one and the new one. As the API gave them: `whsec_` and base64. */
export type WebhookSecrets = string | readonly string[];

/** Most secrets at a time. A rotation needs two. */
const secretsMax = 8;
/** Fewest bytes that a secret stands for (Standard Webhooks: 24 to 64). */
const secretBytesMin = 24;

/** Throws the TypeError with which `keysOf` would reject. */
export function checkSecrets(secrets: WebhookSecrets): void {
  for (const secret of listed(secrets)) bytesOf(secret);
}

/** The keys behind secrets. Rejects with a TypeError that names what is wrong and never repeats a secret. */
export async function keysOf(secrets: WebhookSecrets): Promise<CryptoKey[]> {
  return imported(listed(secrets).map(bytesOf));
}

/** The vendor's key is the secret itself, letter by letter, whatever its user chose (sandbox-api §5). */
export async function vendorKeysOf(secrets: WebhookSecrets): Promise<CryptoKey[]> {
  const encoder = new TextEncoder();
  return imported(listed(secrets).map((secret) => encoder.encode(secret)));
}

function listed(secrets: unknown): string[] {
  const list: unknown[] = Array.isArray(secrets) ? secrets : [secrets];
  if (list.length > secretsMax) throw new TypeError(`Give ${secretsMax} webhook secrets at most.`);
  const isText = (secret: unknown): secret is string => typeof secret === 'string' && secret !== '';
  if (list.length > 0 && list.every(isText)) return list;
  throw new TypeError('A webhook secret is missing: is its variable set? It is the text that begins with whsec_.');
}

function bytesOf(secret: string): Uint8Array<ArrayBuffer> {
  const base64 = /^whsec_([A-Za-z0-9+/]+={0,2})$/.exec(secret)?.[1];
  const text = base64 === undefined ? '' : decoded(base64);
  if (text.length >= secretBytesMin) return Uint8Array.from(text, (letter) => letter.charCodeAt(0));
  throw new TypeError(
    `A webhook secret must be whsec_ and the base64 of ${secretBytesMin} bytes or more, without spaces.`,
  );
}

/** Bytes as letters; nothing where it is no base64. */
function decoded(base64: string): string {
  try {
    return atob(base64);
  } catch {
    return '';
  }
}

function imported(keys: readonly Uint8Array<ArrayBuffer>[]): Promise<CryptoKey[]> {
  const algorithm = { name: 'HMAC', hash: 'SHA-256' };
  return Promise.all(keys.map((key) => crypto.subtle.importKey('raw', key, algorithm, false, ['sign', 'verify'])));
}
