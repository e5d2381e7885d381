import type { Session } from '../domain/session.ts';
import { type Voice, voiceOf } from './consent-page.ts';
import { fill } from './fill.ts';
import { type Html, html } from './html.ts';
import { icon, medal } from './icons.ts';
import { type Appearance, layout, type Page, type PageScript } from './layout.ts';
import { textsOf } from './texts/index.ts';

/** Where the code goes in: by the script out of the address, or by hand. Looking at it changes nothing. */
export function withdrawalCodePage(appearance: Appearance, script: PageScript): Page {
  const { withdrawing } = textsOf(appearance.locale);
  return layout({
    ...appearance,
    title: withdrawing.title,
    script,
    main: html`<h1>${withdrawing.title}</h1>
<p class="lead">${fill(withdrawing.lead, { sign: html`<code>#</code>` })}</p>
<form method="post" action="${inLanguage('/withdraw', appearance)}" autocomplete="off">
<p><label for="code">${withdrawing.code}</label></p>
<p><input class="field" id="code" name="code" type="text" required minlength="43" maxlength="43" spellcheck="false" autocapitalize="off" autocomplete="off"></p>
<button class="button" type="submit">${withdrawing.showConsent}</button>
</form>
<p class="fine">${withdrawing.notYet}</p>`,
  });
}

interface Consent {
  session: Session;
  workspaceName: string;
}

/** What the consent is about, and one button. */
export function withdrawalPage(appearance: Appearance, { session, workspaceName }: Consent, code: string): Page {
  const voice = voiceOf(appearance.locale, workspaceName);
  const { t, who } = voice;
  const { withdrawing } = t;
  // Withdrawn before its documents were listed, it ended the session.
  const over = session.consentEndedAtMs !== null || session.statusReason === 'consent_withdrawn';
  return layout({
    ...appearance,
    title: withdrawing.yours,
    strip: stripOf(session, voice),
    main: html`<p class="eyebrow">${withdrawing.yours}</p>
<h1>${over ? withdrawing.overTitle : fill(withdrawing.sharedTitle, { who })}</h1>
${shared(session, voice)}
${over ? html`<p class="lead">${withdrawing.gone}</p>` : question(appearance, voice, code)}
${session.documentsConsented.length > 0 && receiptForm(voice, code)}`,
    footer: footer(voice),
  });
}

function question(appearance: Appearance, { t: { withdrawing }, who }: Voice, code: string): Html {
  return html`<p class="lead">${fill(withdrawing.question, { who })}</p>
<form method="post" action="${inLanguage('/withdraw/confirm', appearance)}">
<input type="hidden" name="code" value="${code}">
<button class="button" type="submit">${withdrawing.button}</button>
</form>`;
}

/** Of what was granted: before the list there is nothing to attest. */
function receiptForm({ t: { receipt } }: Voice, code: string): Html {
  return html`<form method="post" action="/withdraw/receipt">
<input type="hidden" name="code" value="${code}">
<button class="button quiet" type="submit">${receipt.button}</button>
</form>`;
}

function shared({ documentsConsented }: Session, { t }: Voice): Html {
  return html`<ul class="documents outcome" aria-label="${t.done.list}">
${documentsConsented.map((name) => html`<li class="shared"><strong>${t.documents[name].title}</strong><span>${icon('check')}${t.withdrawing.shared}</span></li>`)}
</ul>`;
}

/** It is done. */
export function withdrawnPage(appearance: Appearance, { session, workspaceName }: Consent): Page {
  const voice = voiceOf(appearance.locale, workspaceName);
  const { t, who } = voice;
  const { withdrawing } = t;
  return layout({
    ...appearance,
    title: withdrawing.doneTab,
    strip: stripOf(session, voice),
    main: html`${medal('check', 'good')}
<h1>${withdrawing.doneTitle}</h1>
<p class="lead">${fill(withdrawing.erasedText, { who })}</p>
<p>${fill(withdrawing.downloaded, { who })}</p>
<p>${t.page.mayClose}</p>`,
    footer: footer(voice),
  });
}

/** The step of a form in the language of its page, which an address without it may not lead to: another browser, another session. */
function inLanguage(path: string, { locale }: Appearance): string {
  return `${path}?lang=${locale}`;
}

function stripOf({ mode }: Session, { t }: Voice): string | undefined {
  return mode === 'test' ? t.page.testStrip : undefined;
}

function footer({ t, who }: Voice): Html {
  return html`<p>${fill(t.page.footer, { who })}</p>`;
}
