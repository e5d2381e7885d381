import type { FastifyReply } from 'fastify';
import type { Page } from './layout.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** A route for people: its errors leave as a page. */
    page?: boolean;
  }
}

/** How a page differs from one that is only read. */
export interface PageRules {
  /** Nonce of the one script that it may have, which may call us. */
  nonce?: string;
  /** Who may frame it; left out, nobody. */
  frameAncestors?: readonly string[];
  /** It shows pages of ours in frames of its own. */
  framesOurs?: boolean;
  /** It stands in a window that a frame of ours opened, and must be able to tell that frame so. */
  keepsOpener?: boolean;
}

/** Sends a page with the headers that all pages have. `formAction` names further origins that a form may lead to. */
export function sendPage(
  reply: FastifyReply,
  page: Pick<Page, 'styles'> & { html: string | Buffer },
  status = 200,
  formAction: readonly string[] = [],
  { nonce, frameAncestors, framesOurs, keepsOpener }: PageRules = {},
): FastifyReply {
  const policy = [
    "default-src 'none'",
    `style-src ${page.styles.join(' ')}`,
    // No script here writes HTML, so none may (acceptance C6).
    ...(nonce ? [`script-src 'nonce-${nonce}'`, "connect-src 'self'", "require-trusted-types-for 'script'"] : []),
    ...(framesOurs ? ["frame-src 'self'"] : []),
    // The icon of the layout, without which browsers ask for /favicon.ico; in a frame the logo, which we serve.
    `img-src ${frameAncestors ? "'self' " : ''}data:`,
    // Browsers apply this to the redirect after the form, too.
    `form-action ${["'self'", ...formAction].join(' ')}`,
    `frame-ancestors ${frameAncestors?.join(' ') || "'none'"}`,
    "base-uri 'none'",
  ].join('; ');
  return (
    reply
      .code(status)
      .type('text/html; charset=utf-8')
      .header('content-security-policy', policy)
      .header('x-content-type-options', 'nosniff')
      // Not `no-referrer`: with that, browsers send `Origin: null` on our own forms, which are then refused as foreign.
      .header('referrer-policy', 'same-origin')
      .header('cross-origin-opener-policy', keepsOpener ? 'unsafe-none' : 'same-origin')
      .header('cross-origin-resource-policy', frameAncestors ? 'cross-origin' : 'same-origin')
      .header('permissions-policy', 'camera=(), microphone=(), geolocation=()')
      .serializer((text: string) => text)
      .send(page.html)
  );
}
