import { type Html, html } from './html.ts';

interface Layout {
  title: string;
  /** Shown in a strip at the top: test mode. */
  strip?: string | undefined;
  /** A page for developers, with tables and code, may be wider than one for reading. */
  wide?: boolean;
  /** The address to which the page leads at once, by itself. */
  leadsTo?: string;
  /** A stylesheet of the page's own, after that of all pages. */
  stylesheet?: string;
  /** It stands in an integrator's page, which has an edge of its own. */
  framed?: boolean | undefined;
  main: Html;
  footer?: Html | undefined;
  script?: PageScript | undefined;
}

/** The one script of a page. It reads what it needs from `data-` attributes of the body, so that nothing is written into it. */
export interface PageScript {
  /** Ours and constant: it goes into the page as it is. */
  code: string;
  nonce: string;
  /** Attributes `data-…` of the body. */
  data: Readonly<Record<string, string>>;
}

/** A little safe. As a data address: the policy allows images from nowhere else, and browsers ask for no other icon. */
const tabIcon = `data:image/svg+xml,${encodeURIComponent(
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24"><rect width="24" height="24" rx="6" fill="#0b5d57"/><g fill="none" stroke="#fff" stroke-width="1.8" stroke-linecap="round"><rect x="5" y="6" width="14" height="12" rx="2.5"/><circle cx="12" cy="12" r="3"/></g></svg>',
)}`;

/** The frame of every page that a person sees. One column, readable at 320 px; readable without script, too. */
export function layout({ title, strip, wide, framed, leadsTo, stylesheet, main, footer, script }: Layout): Html {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<meta name="color-scheme" content="light dark">
${leadsTo && html`<meta http-equiv="refresh" content="0; url=${leadsTo}">`}
<title>${title}</title>
<link rel="stylesheet" href="/assets/page.css">
${stylesheet && html`<link rel="stylesheet" href="${stylesheet}">`}
<link rel="icon" href="${tabIcon}">
</head>
<body${wide && html` class="wide"`}${framed && html` class="framed"`}${script && Object.entries(script.data).map(([name, value]) => html` data-${name}="${value}"`)}>
${strip && html`<header>${strip}</header>`}
<main>
${main}
</main>
${footer && html`<footer>${footer}</footer>`}
${
  script &&
  html`<script nonce="${script.nonce}">${{ html: script.code }}</script>
`
}</body>
</html>
`;
}
