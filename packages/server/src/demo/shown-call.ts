/** One call of the demo's server side as its page may show it. */
export interface ShownCall {
  method: string;
  path: string;
  status: number;
  elapsedMs: number;
  request?: unknown;
  answer: unknown;
}

/** What stays on the server side, whatever stands there: tokens, links that anybody can follow, personal data. */
const withheldKeys = new Set(['access_token', 'url', 'email', 'mobile', 'date_of_birth']);
const withheld = '(stays on the server)';

/** A copy of a body with nothing in it that a page may not have. Pure. */
export function shown(body: unknown): unknown {
  if (Array.isArray(body)) return body.map(shown);
  if (typeof body !== 'object' || body === null) return body;
  return Object.fromEntries(
    Object.entries(body).map(([key, value]) => [key, withheldKeys.has(key) ? withheld : shown(value)]),
  );
}
