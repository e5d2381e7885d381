import { hash } from 'node:crypto';
import { readFileSync } from 'node:fs';

/** A stylesheet that stands in a page, and the source that allows it there (CSP 3 §6.7.3.3): nothing else between those tags counts. */
export interface Stylesheet {
  css: string;
  /** `'sha256-…'`. */
  source: string;
}

export function stylesheet(css: string): Stylesheet {
  return { css, source: `'sha256-${hash('sha256', css, 'base64')}'` };
}

/** Without comments and the space between its parts: what only people read need not travel. */
export function compact(css: string): string {
  return css
    .replace(/\/\*[\s\S]*?\*\//g, '')
    .replace(/\s+/g, ' ')
    .replace(/ ?([{};,]) ?/g, '$1')
    .replace(/: /g, ':')
    .replaceAll(';}', '}')
    .trim();
}

/** The stylesheet of every page. A request of its own for it would hold up the first paint by more than its bytes do. */
export const pageStylesheet = stylesheet(compact(readFileSync(new URL('page.css', import.meta.url), 'utf8')));
