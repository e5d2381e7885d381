import { type Html, html } from '../pages/html.ts';
import { layout, type Page } from '../pages/layout.ts';
import type { ApiAnswer } from './api.ts';
import { demoStrip } from './page.ts';
import { sizeText } from './readable.ts';

/** A file as the API lists it. */
export interface DemoFile {
  url: string;
  size: number;
  metadata: { issuer?: string; name?: string; date?: string };
}

const back = html`<p class="way-on"><a class="button quiet" href="/demo">Back to the demo</a></p>`;

/** What the API answered when there was nothing to download: just what an integrator's server sees. */
export function demoAnswerPage(title: string, answer: ApiAnswer): Page {
  return layout({
    title,
    strip: demoStrip,
    wide: true,
    main: html`<p class="eyebrow">What your server sees</p>
<h1>${title}</h1>
<p>The API answered <strong class="status ${answer.status < 300 ? 'good' : 'bad'}">${answer.status}</strong>${
      answer.errorCode && html` with the header <code>x-error-code: ${answer.errorCode}</code>`
    }</p>
${json(answer)}
${back}`,
  });
}

/** Several files of one type: a business has a GST registration in each state where it trades. */
export function demoFilesPage(title: string, files: readonly DemoFile[], answer: ApiAnswer): Page {
  return layout({
    title,
    strip: demoStrip,
    wide: true,
    main: html`<p class="eyebrow">${title}</p>
<h1>${files.length} files were shared</h1>
<p class="lead">One document can have several files, such as a GST registration for each state.</p>
<ul class="documents downloads">
${files.map((file, index) => fileRow(file, index + 1))}
</ul>
<details><summary>What your server sees</summary>
${json(answer)}
</details>
${back}`,
  });
}

function fileRow({ url, size, metadata }: DemoFile, number: number): Html {
  const facts = [metadata.issuer, metadata.date && `dated ${metadata.date}`, sizeText(size)].filter(Boolean).join(', ');
  return html`<li><div><strong>${number}. ${metadata.name}</strong><span>${facts}</span></div><a class="action" href="${url}">Download<span class="unseen"> file ${number}</span></a></li>
`;
}

function json({ body }: ApiAnswer): Html {
  return html`<pre>${JSON.stringify(body, null, 2)}</pre>`;
}
