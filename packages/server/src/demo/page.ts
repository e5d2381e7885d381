import { type DocTypeName, docTypes } from '@tijori/wire';
import { type Html, html } from '../pages/html.ts';
import { icon } from '../pages/icons.ts';
import { layout, type Page } from '../pages/layout.ts';
import type { ApiAnswer } from './api.ts';
import { ageText } from './readable.ts';

/** A session that this browser started, with the API's own answer on it. */
export interface DemoSession {
  id: string;
  answer: ApiAnswer;
}

/** Over every page of the demo. */
export const demoStrip = 'Development server. Fictional businesses, specimen documents.';

const steps = html`<ol class="steps">
<li><strong>You ask</strong><span>The server side of this page creates a session through the API.</span></li>
<li><strong>The owner decides</strong><span>You play the owner, too: sign in to EntityLocker and tick what to share.</span></li>
<li><strong>Documents come back</strong><span>Specimen PDF and XML files, to download here.</span></li>
</ol>`;

/**
 * The demo without a script: one button that posts a form and leads to the hosted page; below it what will come of it or, for
 * the sessions that this browser started, what came.
 */
export function plainPage(sessions: readonly DemoSession[], nowMs: number): Page {
  return layout({
    title: 'Tijori demo without script',
    strip: demoStrip,
    wide: true,
    main: html`<p class="brand">${icon('safe')}Tijori demo</p>
<p class="fine">No script on this page: a form, and a link to the consent page. <a href="/demo">To the shop with the SDK</a></p>
<h1>Ask a business for its documents</h1>
<p class="lead">On this page you are the lender. One button walks the whole journey, with a pretend EntityLocker and fictional businesses.</p>
<form class="ask" method="post" action="/demo/sessions">
<fieldset>
<legend>Documents to ask for</legend>
${docTypes.map(
  (type) =>
    html`<label class="check"><input type="checkbox" name="doc_types" value="${type.name}" checked> ${type.title}</label>
`,
)}</fieldset>
<button class="button" type="submit">Ask for these documents</button>
</form>
${sessions.length > 0 ? sessionList(sessions, nowMs) : steps}`,
    footer: html`<p>Everything runs on this machine: the gateway, the pretend EntityLocker, the vault. Key and secret stay on the server side of this page.</p>`,
  });
}

/** The sessions that this browser started, with their documents to download. */
export function sessionList(sessions: readonly DemoSession[], nowMs: number): Html {
  return html`<div class="section-head"><h2>Your sessions</h2><a href="/demo">Refresh</a></div>
${sessions.map((session) => sessionCard(session, nowMs))}`;
}

/** What each status means, for somebody who sees it for the first time. */
const meanings: Record<string, string> = {
  created: 'Waiting for the owner, who has not gone to EntityLocker yet.',
  initialized: 'The owner has gone to EntityLocker and has not come back yet.',
  authorized: 'The owner has answered. The gateway is asking EntityLocker which documents were allowed.',
  failed: 'The owner shared nothing, so there is nothing to download.',
  expired: 'The owner did not answer in time. Nothing was shared.',
};
const openStatuses = ['created', 'initialized', 'authorized'];

function sessionCard({ id, answer }: DemoSession, nowMs: number): Html {
  const data = answer.body.data ?? {};
  const known = typeof data.status === 'string';
  const status = known ? String(data.status) : 'unknown';
  const open = openStatuses.includes(status);
  return html`<section class="card" data-session="${id}" data-status="${status}"${open && html` data-open`}>
<div class="card-head"><strong class="status">${status}</strong>${
    typeof data.created_at === 'number' && html`<span class="age">started ${ageText(nowMs - data.created_at)}</span>`
  }</div>
${!known && html`<p>The API answered ${answer.status}: ${answer.body.message}</p>`}
${status in meanings && html`<p>${meanings[status]}</p>`}
${status === 'succeeded' && documentList(id, Array.isArray(data.documents_consented) ? data.documents_consented : [])}
${open && html`<p><a class="button quiet" href="/consent/${id}">Open the owner’s page</a></p>`}
<h3>Session <code>${id}</code></h3>
</section>`;
}

function documentList(id: string, consented: readonly unknown[]): Html {
  return html`<ul class="documents downloads" aria-label="Documents">
${docTypes.map((type) => documentRow(id, type, consented.includes(type.name)))}
</ul>`;
}

/** A document that was not shared can be asked for all the same: an integrator wants to see what the API says then. */
function documentRow(id: string, { name, title }: { name: DocTypeName; title: string }, isConsented: boolean): Html {
  const href = html`/demo/sessions/${id}/documents/${name}`;
  if (isConsented) {
    return html`<li class="shared"><strong>${title}</strong><a class="action" href="${href}" data-document="${name}">Download<span class="unseen"> ${title}</span></a></li>
`;
  }
  return html`<li class="withheld"><strong>${title}</strong><span>Not shared. <a class="action" href="${href}" data-document="${name}">See what the API says<span class="unseen"> about ${title}</span></a></span></li>
`;
}
