import type { DocTypeName, StatusReason } from '@tijori/wire';
import type { Document } from '../domain/document.ts';
import type { Session } from '../domain/session.ts';
import type { ConsentPage, PageBody, Voice } from './consent-page.ts';
import { fill } from './fill.ts';
import { type Html, html } from './html.ts';
import { type IconName, icon, medal } from './icons.ts';
import type { Texts } from './texts/index.ts';

/** Consented, but EntityLocker has not told yet to what. */
export function waitingBody({ id }: Session, { t: { waiting }, who }: Voice): PageBody {
  const body = html`${medal('clock', 'warn')}
<h1>${waiting.title}</h1>
<p class="lead">${waiting.lead}</p>
<form method="post" action="/consent/${id}/retry">
<button class="button" type="submit">${waiting.button}</button>
</form>
<p class="fine">${fill(waiting.closing, { who })}</p>`;
  return { title: waiting.title, body };
}

/** Document by document: what was consented, and whether it could be had. */
export function doneBody(
  { session, documents, retentionMinutes, erased, withdrawalCode, framed, locale }: ConsentPage,
  { t, who }: Voice,
): PageBody {
  const { done, page } = t;
  const { consentEndReason, consentEndedAtMs } = session;
  if (consentEndReason === 'withdrawn') return withdrawnBody({ t, who });
  const shared = session.documentsConsented;
  const left = session.docTypes.filter((name) => !shared.includes(name));
  const count = shared.length;
  const body = html`${medal('check', 'good')}
<h1>${done.title}</h1>
<p class="lead">${fill(count === 1 ? done.one : done.many, { who, count })} ${erased ? done.over : fill(done.download, { who, minutes: retentionMinutes })}</p>
<ul class="documents outcome" aria-label="${done.list}">
${shared.map((name) => sharedItem(name, standingOf(name, documents, erased), t))}
${left.map((name) => html`<li class="withheld"><strong>${t.documents[name].title}</strong><span>${icon('dash')}${done.withheld}</span><small>${done.withheldWhy}</small></li>`)}
</ul>
${withdrawalCode !== undefined && consentEndedAtMs === null && withdrawal(withdrawalCode, t)}
${framed && consentEndedAtMs === null && wayToWithdrawal(`/consent/${session.id}?lang=${locale}`, t)}
<p>${page.mayClose}</p>`;
  return { title: done.tab, body };
}

/** The person's own link. Only their browser is shown it. */
function withdrawal(code: string, { withdrawal: { title, text, link }, receipt }: Texts): Html {
  return html`<h2>${title}</h2>
<p>${text}</p>
<p><a href="/withdraw#${code}">${link}</a></p>
<form method="post" action="/withdraw/receipt">
<input type="hidden" name="code" value="${code}">
<button class="button quiet" type="submit">${receipt.button}</button>
</form>`;
}

/** A frame never has the code, whose cookie is for pages at top level: there the browser that consented finds its link. */
function wayToWithdrawal(address: string, { withdrawal: { title, link } }: Texts): Html {
  return html`<h2>${title}</h2>
<p><a href="${address}" target="_blank" rel="noopener">${link}</a></p>`;
}

/** The person took their consent back, or somebody for them. */
function withdrawnBody({ t: { withdrawal, page }, who }: Voice): PageBody {
  const body = html`${medal('check', 'plain')}
<h1>${withdrawal.done}</h1>
<p class="lead">${fill(withdrawal.doneText, { who })}</p>
<p>${page.mayClose}</p>`;
  return { title: withdrawal.done, body };
}

/** How a consented document stands, all its files together. */
type Standing = 'available' | 'fetching' | 'missing' | 'erased';

const iconOf: Readonly<Record<Standing, IconName>> = {
  available: 'check',
  fetching: 'clock',
  missing: 'alert',
  erased: 'check',
};

function sharedItem(name: DocTypeName, standing: Standing, { documents, done }: Texts): Html {
  return html`<li class="shared ${standing}"><strong>${documents[name].title}</strong><span>${icon(iconOf[standing])}${done[standing]}</span></li>`;
}

function standingOf(name: DocTypeName, documents: ConsentPage['documents'], erased: boolean): Standing {
  if (erased) return 'erased';
  const states = new Set<Document['state']>(
    documents.filter(({ docType }) => docType === name).map(({ state }) => state),
  );
  if (states.has('failed')) return 'missing';
  if (states.has('erased') && states.size === 1) return 'erased';
  return states.has('held') && states.size === 1 ? 'available' : 'fetching';
}

type Reasons = 'denied' | 'nothing' | 'mismatch' | 'withdrawn' | 'refused' | 'cancelled';

const kindOf: Readonly<Partial<Record<StatusReason, Reasons>>> = {
  nothing_consented: 'nothing',
  entity_mismatch: 'mismatch',
  consent_withdrawn: 'withdrawn',
  exchange_refused: 'refused',
  exchange_failed: 'refused',
  upstream_refused: 'refused',
  session_cancelled: 'cancelled',
};

/** Why nothing was shared, and what can be done about it. */
export function failedBody({ statusReason }: Session, { t: { failed }, who }: Voice): PageBody {
  const kind = (statusReason && kindOf[statusReason]) ?? 'denied';
  const [title, next] = {
    denied: [failed.title, failed.again],
    nothing: [failed.title, failed.again],
    mismatch: [failed.title, failed.mismatchNext],
    withdrawn: [failed.title, failed.startAgain],
    refused: [failed.refusedTitle, failed.startAgain],
    cancelled: [failed.cancelledTitle, failed.cancelledNext],
  }[kind] as [string, string];
  const body = html`${medal(kind === 'refused' ? 'alert' : 'cross', kind === 'refused' ? 'warn' : 'plain')}
<h1>${title}</h1>
<p class="lead">${fill(failed[kind], { who })}</p>
<p>${fill(next, { who })}</p>`;
  return { title, body };
}

/** Nobody finished it in time. */
export function expiredBody({ t: { expired }, who }: Voice): PageBody {
  const body = html`${medal('clock', 'plain')}
<h1>${expired.title}</h1>
<p class="lead">${expired.lead}</p>
<p>${fill(expired.next, { who })}</p>`;
  return { title: expired.title, body };
}
