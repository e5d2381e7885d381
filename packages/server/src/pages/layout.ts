import { type Locale, locales } from '@tijori/wire';
import { type Html, html } from './html.ts';
import { icon } from './icons.ts';
import { pageStylesheet, stylesheet } from './stylesheet.ts';
import { textsOf } from './texts/index.ts';
import { themeCss } from './theme.ts';

/** How a page looks and speaks to one person. */
export interface Appearance {
  locale: Locale;
  /** Address of the same page in another language; left out where there is none, as after a form. */
  inLocale?: ((locale: Locale) => string) | undefined;
  /** Light or dark, whatever the person's system has; left out: as that has it. */
  mode?: 'light' | 'dark' | undefined;
  /** Six hex digits: all colours are made from this one. */
  seed?: string | undefined;
}

interface Layout extends Partial<Appearance> {
  title: string;
  /** Shown in a strip at the top: test mode. */
  strip?: string | undefined;
  /** A page for developers, with tables and code, may be wider than one for reading. */
  wide?: boolean;
  /** The address to which the page leads at once, by itself. */
  leadsTo?: string;
  /** Address of a stylesheet of the page's own, after that of all pages. */
  stylesheet?: string;
  /** It stands in an integrator's page, which has an edge of its own. */
  framed?: boolean | undefined;
  main: Html;
  footer?: Html | undefined;
  script?: PageScript | undefined;
}

/** A whole page, and what its policy must allow in it. */
export interface Page extends Html {
  /** Sources of its stylesheets: hashes of those that stand in it, and ours where it has or adds others. */
  styles: readonly string[];
}

/**
 * The one script of a page, ours and constant: as it is in the page, or its address, from where it comes while the page is drawn and
 * runs when that has been read. It takes what it needs from `data-` attributes of the body, so that nothing is written into it.
 */
export type PageScript = ({ code: string } | { src: string }) & {
  nonce: string;
  /** Attributes `data-…` of the body. */
  data: Readonly<Record<string, string>>;
};

/** A little safe. As a data address: the policy allows images from nowhere else, and browsers ask for no other icon. */
const tabIcon = `data:image/svg+xml,${encodeURIComponent(
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24"><rect width="24" height="24" rx="6" fill="#0b5d57"/><g fill="none" stroke="#fff" stroke-width="1.8" stroke-linecap="round"><rect x="5" y="6" width="14" height="12" rx="2.5"/><circle cx="12" cy="12" r="3"/></g></svg>',
)}`;

/**
 * The frame of every page that a person sees: title, strip, language switch, one column, foot. Readable at 320 px, and without
 * script. A new page passes on the `Appearance` that it was given (`http/appearance.ts` makes it from a request) and its
 * `main`, which begins with its `h1`.
 *
 * @example layout({ ...appearance, title: t.withdrawal.title, main: html`<h1>${t.withdrawal.title}</h1>` })
 */
export function layout(page: Layout): Page {
  const styles = [pageStylesheet, ...(page.seed ? [stylesheet(themeCss(page.seed))] : [])];
  return {
    ...document(
      page,
      styles.map(({ css }) => css),
    ),
    styles: [...styles.map(({ source }) => source), ...(page.stylesheet || page.framed ? ["'self'"] : [])],
  };
}

function document(page: Layout, styles: readonly string[]): Html {
  const { title, wide, framed, leadsTo, main, footer, script, locale, mode } = page;
  return html`<!doctype html>
<html lang="${locale ?? 'en'}"${mode && html` data-mode="${mode}"`}${page.seed && html` data-seed="${page.seed}"`}>
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<meta name="color-scheme" content="light dark">
${leadsTo && html`<meta http-equiv="refresh" content="0; url=${leadsTo}">`}
<title>${title}</title>
${styles.map((css) => html`<style>${{ html: css }}</style>`)}
${page.stylesheet && html`<link rel="stylesheet" href="${page.stylesheet}">`}
<link rel="icon" href="${tabIcon}">
${script && 'src' in script && html`<script nonce="${script.nonce}" src="${script.src}" defer></script>`}
</head>
<body${wide && html` class="wide"`}${framed && html` class="framed"`}${script && Object.entries(script.data).map(([name, value]) => html` data-${name}="${value}"`)}>
${header(page)}
<main>
${main}
</main>
${footer && html`<footer>${footer}</footer>`}
${
  script &&
  'code' in script &&
  html`<script nonce="${script.nonce}">${{ html: script.code }}</script>
`
}</body>
</html>
`;
}

function header({ strip, locale, inLocale }: Layout): Html | undefined {
  if (!strip && !inLocale) return undefined;
  return html`<header${inLocale && html` class="switching"`}>${strip && html`<p class="strip">${strip}</p>`}${locale && inLocale && languageSwitch(locale, inLocale)}</header>`;
}

/** A list of links that opens without script. Each language is named in itself, for whoever cannot read the page as it is. */
function languageSwitch(locale: Locale, inLocale: (locale: Locale) => string): Html {
  const { name, page } = textsOf(locale);
  return html`<nav class="languages" aria-label="${page.language}"><details><summary>${icon('language')}${name}</summary><ul>
${locales.map((other) => html`<li><a href="${inLocale(other)}" lang="${other}" hreflang="${other}"${other === locale && html` aria-current="true"`}>${textsOf(other).name}</a></li>`)}
</ul></details></nav>`;
}
