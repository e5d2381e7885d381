import { joinBytes } from './join-bytes.ts';

/**
 * The SHA-256 that an answer gives of its bytes, in base64: `Repr-Digest` (RFC 9530), or its forerunner `Digest`
 * (RFC 3230). Of a compressed answer they speak about the compressed bytes, which `fetch` does not show: then none.
 *
 * @example announcedSha256(new Headers({ 'repr-digest': 'sha-256=:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=:' }))
 */
export function announcedSha256(headers: Headers): string | undefined {
  const coding = headers.get('content-encoding') ?? 'identity';
  if (coding.trim().toLowerCase() !== 'identity') return undefined;
  const now = /(?:^|,)\s*sha-256=:([A-Za-z0-9+/]{43}=):/i.exec(headers.get('repr-digest') ?? '');
  const before = /(?:^|,)\s*sha-256=([A-Za-z0-9+/]{43}=)\s*(?:,|$)/i.exec(headers.get('digest') ?? '');
  return now?.[1] ?? before?.[1];
}

/** SHA-256 of all the parts in a row, in base64. */
export async function sha256Of(parts: readonly Uint8Array[]): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', joinBytes(parts)));
  return btoa(String.fromCharCode(...digest));
}
