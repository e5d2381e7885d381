import type { ApiKey } from './api-key.ts';

/** Most origins that a key may have. */
export const originsMax = 20;

/** Whether a host name is this machine's own. */
export function isLoopbackHost(hostname: string): boolean {
  const name = hostname.replace(/\.$/, '');
  return (
    name === 'localhost' ||
    name.endsWith('.localhost') ||
    /^127(?:\.\d{1,3}){3}$|^\[::1?\]$|^\[::ffff:7f[0-9a-f]{2}:[0-9a-f]{1,4}\]$/.test(name)
  );
}

/** A host as it stands in an origin; the URL parser would also take an asterisk. */
const hostPattern = /^(?:[a-z0-9._-]+|\[[0-9a-f:.]+\])$/;

/** An origin as browsers send it, letter for letter; `http` only from this machine. `null` and wildcards are none. */
export function isWebOrigin(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { origin, protocol, hostname } = new URL(text);
  if (origin !== text || !hostPattern.test(hostname)) return false;
  return protocol === 'https:' || (protocol === 'http:' && isLoopbackHost(hostname));
}

/**
 * Whether pages of this origin may use the key: those on its list and, on a development server, any page of this machine.
 * Defence in depth and never authentication: whatever is not a browser sends any `Origin` it likes.
 */
export function mayUseKey({ origins }: Pick<ApiKey, 'origins'>, origin: string, anyLoopback: boolean): boolean {
  return origins.includes(origin) || (anyLoopback && isLoopbackOrigin(origin));
}

/** Whether a page of this origin is on this machine. */
export function isLoopbackOrigin(origin: string): boolean {
  return isWebOrigin(origin) && isLoopbackHost(new URL(origin).hostname);
}
