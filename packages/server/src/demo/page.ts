import { docTypes } from '@tijori/wire';
import { type Html, html } from '../pages/html.ts';
import { layout } from '../pages/layout.ts';
import type { ApiAnswer } from './api.ts';

/** A session that this browser started, with the API's own answer on it. */
export interface DemoSession {
  id: string;
  answer: ApiAnswer;
}

const strip = 'Development server. Fictional businesses, specimen documents.';

/** The start page: one button, and below it what became of the sessions that it started. */
export function demoPage(sessions: readonly DemoSession[]): Html {
  return layout({
    title: 'Tijori demo',
    strip,
    main: html`<h1>Ask a business for its documents</h1>
<p>This page plays a lender. The button makes a consent session through the API, from the server side, and takes you to the page that the business owner sees.</p>
<form method="post" action="/demo/sessions">
<fieldset>
<legend>Ask for</legend>
${docTypes.map(
  (type) =>
    html`<label class="check"><input type="checkbox" name="doc_types" value="${type.name}" checked> ${type.title}</label>`,
)}
</fieldset>
<button class="button" type="submit">Start the journey</button>
</form>
${
  sessions.length > 0 &&
  html`<h2>Your sessions</h2>
${sessions.map(sessionCard)}
<p><a href="/demo">Refresh</a></p>`
}`,
    footer: html`<p>Everything runs on this machine: the gateway, the pretend EntityLocker, the vault. Key and secret stay on the server side of this page.</p>`,
  });
}

function sessionCard({ id, answer }: DemoSession): Html {
  const data = answer.body.data ?? {};
  const status = String(data.status ?? answer.body.message ?? 'unknown');
  const open = status === 'created' || status === 'initialized' || status === 'authorized';
  return html`<section class="card" data-session="${id}" data-status="${status}">
<h3><code>${id}</code></h3>
<p>Status: <strong class="status">${status}</strong>${
    Array.isArray(data.documents_consented) && html`, consented: ${data.documents_consented.join(', ')}`
  }</p>
${open && html`<p><a href="/consent/${id}">Go to the consent page</a></p>`}
${
  status === 'succeeded' &&
  html`<ul class="downloads">
${docTypes.map((type) => html`<li><a href="/demo/sessions/${id}/documents/${type.name}">Get ${type.name}</a></li>`)}
</ul>`
}
</section>`;
}

/** What the API answered when there was nothing to download. */
export function demoAnswerPage(title: string, { status, errorCode, body }: ApiAnswer): Html {
  return layout({
    title,
    strip,
    main: html`<h1>${title}</h1>
<p>The API answered <strong class="status">${status}</strong>${errorCode && html` with <code>x-error-code: ${errorCode}</code>`}:</p>
<pre>${JSON.stringify(body, null, 2)}</pre>
<p><a class="button quiet" href="/demo">Back to the demo</a></p>`,
  });
}
