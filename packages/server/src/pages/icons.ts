import { type Html, html } from './html.ts';

/** Drawings on a 24 × 24 grid, in strokes of the text's colour (`.icon` in page.css). Never an emblem of anybody. */
const drawings = {
  document: html`<path d="M6 3h8l4 4v14H6z"/><path d="M14 3v4h4M9 12h6M9 16h6"/>`,
  check: html`<path d="m5 12.5 4.5 4.5L19 7.5"/>`,
  dash: html`<path d="M6 12h12"/>`,
  cross: html`<path d="m7 7 10 10M17 7 7 17"/>`,
  clock: html`<circle cx="12" cy="12" r="8.5"/><path d="M12 7v5l3.5 2"/>`,
  alert: html`<path d="M12 6v7.5"/><path d="M12 17.5v.5"/>`,
  lock: html`<rect x="5" y="10.5" width="14" height="9.5" rx="2"/><path d="M8.5 10.5V8a3.5 3.5 0 0 1 7 0v2.5"/>`,
  shop: html`<path d="M4 10v9.5h16V10M3 9.5l2-5h14l2 5a3 3 0 0 1-6 0 3 3 0 0 1-6 0 3 3 0 0 1-6 0M9.5 19.5V14h5v5.5"/>`,
  phone: html`<rect x="7" y="3" width="10" height="18" rx="2.2"/><path d="M11 18h2"/>`,
  undo: html`<path d="M8.5 7.5H14a5.25 5.25 0 0 1 0 10.5H8"/><path d="M11.5 3.5l-4 4 4 4"/>`,
  language: html`<circle cx="12" cy="12" r="8.5"/><path d="M3.5 12h17M12 3.5c2.6 2.4 3.8 5.2 3.8 8.5s-1.2 6.1-3.8 8.5c-2.6-2.4-3.8-5.2-3.8-8.5S9.4 5.9 12 3.5z"/>`,
  safe: html`<rect x="3.5" y="4.5" width="17" height="15" rx="3"/><circle cx="12" cy="12" r="3.5"/><path d="M12 8.5V12l2.5 2.5"/>`,
};

export type IconName = keyof typeof drawings;

/** Decoration only: whatever it says stands in words beside it. */
export function icon(name: IconName): Html {
  return html`<svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">${drawings[name]}</svg>`;
}

/** How a page ends, told by shape as well as by colour. */
export function medal(name: IconName, tone: 'good' | 'plain' | 'warn'): Html {
  return html`<div class="medal ${tone}">${icon(name)}</div>`;
}
