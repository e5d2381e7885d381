import { isEnd, type Session } from './session.ts';

const isLoopback = (host: string) => host === 'localhost' || host === '127.0.0.1' || host === '[::1]';

/**
 * Whether a browser may be sent there when a session has ended: https, or, where that is allowed, plain http to this
 * machine (sandbox-api §9 no. 17). No user name, which makes an address look like another; no fragment, behind which
 * nothing can be appended; no backslash, which browsers read as a slash.
 */
export function mayReturnTo(text: string, { allowHttp }: { allowHttp: boolean }): boolean {
  if (!/^https?:\/\/[!-~]+$/.test(text) || /[#\\]/.test(text) || !URL.canParse(text)) return false;
  const url = new URL(text);
  const authority = text.split(/[/?]/)[2] ?? '';
  if (authority.includes('@')) return false;
  return url.protocol === 'https:' || (allowHttp && isLoopback(url.hostname));
}

/**
 * Where the browser goes now that the session has ended: the integrator's address with `session_id` and `status` behind
 * what its query had (sandbox-api §9 no. 16). `null`: the session has no such address, or no end yet.
 */
export function returnAddress({ id, status, returnUrl }: Pick<Session, 'id' | 'status' | 'returnUrl'>): string | null {
  if (returnUrl === null || !isEnd(status)) return null;
  const url = new URL(returnUrl);
  const added = `session_id=${encodeURIComponent(id)}&status=${status}`;
  // As text: `searchParams` would write the integrator's own part anew.
  url.search = url.search.length > 1 ? `${url.search}&${added}` : added;
  return url.href;
}
