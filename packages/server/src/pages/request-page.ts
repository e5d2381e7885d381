import type { DocTypeName } from '@tijori/wire';
import { anotherDevice } from './another-device.ts';
import type { ConsentPage, PageBody, Voice } from './consent-page.ts';
import { fill, fillText } from './fill.ts';
import { type Html, html } from './html.ts';
import { icon } from './icons.ts';
import type { Texts } from './texts/index.ts';

/**
 * The request itself: who asks, for what, what each document is used for, how long it is kept, how to withdraw. Everything
 * that a person has to know before consenting stands here, in words that `consentTextVersion` names.
 */
export function requestBody(
  { session, workspaceName, retentionMinutes, notAnswering, locale, address }: ConsentPage,
  { t, who }: Voice,
): PageBody {
  const { request } = t;
  const signsUp = session.flow === 'signup';
  const [otherFlow, otherText] = signsUp ? ['signin', request.toSignin] : ['signup', request.toSignup];
  const body = html`${notAnswering && html`<p class="fault" role="alert">${request.notAnswering}</p>`}
<p class="eyebrow">${request.eyebrow}</p>
<h1>${fill(request.title, { who: html`<span class="who">${who}</span>` })}</h1>
<p class="lead">${request.lead}</p>
<h2 id="asked">${request.documents}</h2>
<ul class="documents" aria-labelledby="asked">
${session.docTypes.map((name) => documentItem(name, session.purposes[name], t))}
</ul>
<h2>${request.next}</h2>
<ol class="path">
<li><span>${signsUp ? request.goSignup : request.goSignin}</span></li>
<li><span>${request.tick}</span></li>
<li><span>${session.returnUrl === null ? request.backHere : fill(request.backTo, { who })}</span></li>
</ol>
<dl class="facts">
<div>${icon('clock')}<dt>${request.kept}</dt><dd>${fill(request.keptText, { who, minutes: retentionMinutes })}</dd></div>
<div>${icon('undo')}<dt>${request.withdraw}</dt><dd>${fill(request.withdrawText, { who })}</dd></div>
</dl>
<form id="go" method="post" action="/consent/${session.id}/continue">
<input type="hidden" name="lang" value="${locale}">
<button class="button" type="submit">${request.button}</button>
</form>
<p class="other-way"><button class="button text" type="submit" form="go" name="flow" value="${otherFlow}">${otherText}</button></p>
<p class="assurance">${icon('lock')}<span>${request.assurance}</span></p>
${anotherDevice(address, t)}`;
  return { title: fillText(request.title, { who: workspaceName }), body };
}

/** With the requester's own words for what it is used for, where it gave some. */
function documentItem(name: DocTypeName, purpose: string | undefined, { documents, request }: Texts): Html {
  const { title, use } = documents[name];
  const why =
    purpose !== undefined &&
    html`<p class="purpose">${fill(request.usedFor, { purpose: html`<q><bdi>${purpose}</bdi></q>` })}</p>`;
  return html`<li>${icon('document')}<div><strong>${title}</strong><span>${use}</span>${why}</div></li>`;
}
