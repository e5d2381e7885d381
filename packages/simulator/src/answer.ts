import type { Html } from './pages/html.ts';

/** What goes back for one request, as a plain value: routes return it, `app.ts` sends it, scenarios may change it. */
export interface Answer {
  status: number;
  headers: Record<string, string>;
  body: string | Buffer;
}

export function json(status: number, value: unknown, headers: Record<string, string> = {}): Answer {
  return {
    status,
    headers: { 'content-type': 'application/json; charset=utf-8', ...headers },
    body: JSON.stringify(value),
  };
}

/** The error body of every API of the locker (entitylocker-upstream §1.3, §2.6). */
export function fault(
  status: number,
  error: string,
  description: string,
  headers: Record<string, string> = {},
): Answer {
  return json(status, { error, error_description: description }, headers);
}

/** 303, so that a reload after a form post never posts again. */
export function seeOther(location: string, headers: Record<string, string> = {}): Answer {
  return { status: 303, headers: { location, ...headers }, body: '' };
}

/**
 * A page with its security headers. `returnOrigins` are where its forms may end up: browsers apply `form-action` to
 * the redirect that follows a post, so the client's redirect URIs have to be in it.
 *
 * No Cross-Origin-Opener-Policy on purpose: the gateway opens these pages in a popup and needs its opener back.
 */
export function page(status: number, content: Html, returnOrigins: readonly string[] = []): Answer {
  const formAction = ["'self'", ...returnOrigins].join(' ');
  return {
    status,
    headers: {
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': `default-src 'none'; style-src 'self'; img-src 'self'; form-action ${formAction}; frame-ancestors 'none'; base-uri 'none'`,
      'x-frame-options': 'DENY',
      'referrer-policy': 'same-origin',
      'permissions-policy': 'camera=(), geolocation=(), microphone=()',
    },
    body: content.html,
  };
}
