import { type Html, html } from './html.ts';

type Fillings = Readonly<Record<string, Html | string | number>>;

const blank = /\{(\w+)\}/;

/**
 * A text with its blanks filled in. Throws for a blank without a filling: texts and code belong together.
 *
 * @example fill('Back to {who}', { who: html`<bdi>${name}</bdi>` })
 */
export function fill(text: string, fillings: Fillings): Html {
  const parts = text.split(blank).map((part, index) => (index % 2 === 0 ? part : fillingOf(fillings, part)));
  return html`${parts}`;
}

/** The same where no markup may stand: the title of a page. */
export function fillText(text: string, fillings: Readonly<Record<string, string | number>>): string {
  return text
    .split(blank)
    .map((part, index) => (index % 2 === 0 ? part : String(fillingOf(fillings, part))))
    .join('');
}

function fillingOf<Filling>(fillings: Readonly<Record<string, Filling>>, name: string): Filling {
  const filling = fillings[name];
  if (filling === undefined) throw new Error(`nothing to fill {${name}} with`);
  return filling;
}
