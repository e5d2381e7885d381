import { type Html, html } from './html.ts';

interface Layout {
  title: string;
  /** Shown in a strip at the top: test mode. */
  strip?: string | undefined;
  main: Html;
  footer?: Html | undefined;
}

/** The frame of every page that a person sees. One column, readable at 320 px, no script. */
export function layout({ title, strip, main, footer }: Layout): Html {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<meta name="color-scheme" content="light dark">
<title>${title}</title>
<link rel="stylesheet" href="/assets/page.css">
<link rel="icon" href="data:,">
</head>
<body>
${strip && html`<p class="strip">${strip}</p>`}
<main>
${main}
</main>
${footer && html`<footer>${footer}</footer>`}
</body>
</html>
`;
}
