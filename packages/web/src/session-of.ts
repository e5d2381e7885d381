/**
 * The session that a page names: by its id, or by the SDK token that the page got for it (`POST …/sessions/{id}/init`). Of a
 * token only the session's id and the key's are read, and nothing of it goes anywhere: the frame asks for one of its own, which it
 * gets in this browser alone, because `init` has bound the browser by a cookie. So a token that was stolen or forged opens no more
 * than the id that is in it. Throws for anything else, and for a token of another key.
 */
export function sessionOf(given: string, apiKey: string): string {
  const [, claims, signature] = given.split('.');
  if (claims === undefined) return given;
  let named: { sub?: unknown; api_key?: unknown } = {};
  try {
    if (signature) named = JSON.parse(atob(claims.replaceAll('-', '+').replaceAll('_', '/')));
  } catch {}
  const { sub, api_key: key } = named ?? {};
  if (typeof sub !== 'string' || !sub) throw new TypeError('no session id or SDK token');
  if (key !== apiKey) throw new TypeError('token of another key');
  return sub;
}
