import type { FormTarget } from './form.ts';
import { type Html, html } from './html.ts';
import { testBar } from './test-bar.ts';

export const stylesheetPath = '/public/simulator.css';
export const iconPath = '/public/simulator.svg';

export interface Layout {
  title: string;
  /** The page came back because something was wrong with what was sent. */
  hasFault?: boolean;
  main: Html;
  /** The journey whose outcome the test bar changes. */
  bar?: FormTarget;
}

/** The frame of every page. The strip comes first, so that nobody takes this for the real thing. */
export function layout({ title, hasFault, main, bar }: Layout): Html {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="robots" content="noindex">
<title>${hasFault && 'Error: '}${title} – EntityLocker simulator</title>
<link rel="icon" href="${iconPath}" type="image/svg+xml">
<link rel="stylesheet" href="${stylesheetPath}">
</head>
<body>
<header class="strip"><strong>SIMULATOR</strong> — not a government service. Nothing here is real; type no real data.</header>
<main>
${main}
</main>
${bar && testBar(bar)}
</body>
</html>
`;
}

/** Where the person is: who asks, and which step this is. */
export function heading(requester: string, step: string, title: string): Html {
  return html`<p class="step">${step}</p>
<h1>${title}</h1>
<p class="requester">for <strong>${requester}</strong></p>`;
}
