import { readFileSync } from 'node:fs';
import type { ConsentReceipt, Locale } from '@tijori/wire';
import { fill } from './fill.ts';
import { type Html, html } from './html.ts';
import type { Page } from './layout.ts';
import { stylesheet } from './stylesheet.ts';
import { type Texts, textsOf } from './texts/index.ts';

/** In the page itself: a receipt is saved, printed and sent on, and has to be whole wherever it lies. */
const style = stylesheet(readFileSync(new URL('./receipt.css', import.meta.url), 'utf8'));

interface Receipt {
  receipt: ConsentReceipt;
  jws: string;
  locale: Locale;
  /** Where the key stands with which the JWS can be checked. */
  keysUrl: string;
  /** The person's own link. It stands in their copy alone: whoever has it can withdraw. */
  withdrawalLink?: string | undefined;
}

/**
 * A consent receipt to read. The signed text stands in it to the letter, so that a page that somebody has kept can be
 * checked as the JWS itself can.
 */
export function receiptPage(view: Receipt): Page {
  return { ...receiptHtml(view), styles: [style.source] };
}

function receiptHtml(view: Receipt): Html {
  const { receipt, jws, locale, keysUrl } = view;
  const texts = textsOf(locale);
  const t = texts.receipt;
  const { pii_principal_name: person, entity_name: entity } = receipt;
  const who = requesterOf(receipt);
  const lead =
    entity && person
      ? fill(t.lead, { entity: isolated(entity), person: isolated(person), who })
      : fill(t.leadUnnamed, { who });
  return html`<!doctype html>
<html lang="${locale}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<meta name="color-scheme" content="light dark">
<title>${t.title}</title>
<style>${{ html: style.css }}</style>
</head>
<body>
<main>
${receipt.mode === 'test' && html`<p class="strip">${texts.page.testStrip}</p>`}
<h1>${t.title}</h1>
<p>${lead}</p>
<h2>${t.documents}</h2>
<ul>
${receipt.purposes.map((purpose) => documentItem(purpose, texts))}
</ul>
<h2>${t.events}</h2>
<ul class="events">
${receipt.events.map((event) => html`<li>${timeOf(event.event_time, locale)}<span>${eventWords(event, { t, locale, who })}</span></li>`)}
</ul>
<h2>${t.takeBack}</h2>
${withdrawal(view, t)}
<h2>${t.proof}</h2>
<p>${fill(t.proofText, { receipt: html`<code>${receipt.receipt_id}</code>`, record: html`<code>${receipt.record_id}</code>`, address: html`<code>${keysUrl}</code>` })}</p>
<pre><code data-jws>${jws}</code></pre>
</main>
<footer><p>${fill(texts.page.footer, { who })}</p></footer>
</body>
</html>
`;
}

/** A name in a script that runs another way must not turn round the words beside it. */
const isolated = (name: string) => html`<bdi>${name}</bdi>`;

function requesterOf({ party_identification: parties }: ConsentReceipt): Html {
  return isolated(parties.find(({ party_role }) => party_role === 'pii_controller')?.party_name ?? '');
}

function documentItem({ pii_information, purpose, granted }: ConsentReceipt['purposes'][number], texts: Texts): Html {
  const titles = pii_information.map(({ pii_type }) => texts.documents[pii_type].title).join(', ');
  return html`<li><strong>${titles}</strong><span>${granted ? texts.receipt.shared : texts.done.withheld}</span>${
    purpose !== null && html`<small>${fill(texts.request.usedFor, { purpose: isolated(purpose) })}</small>`
  }</li>`;
}

function eventWords(
  { event_type, valid_until }: ConsentReceipt['events'][number],
  { t, locale, who }: { t: Texts['receipt']; locale: Locale; who: Html },
): Html {
  const words = {
    consent_requested: t.asked,
    consent_given: t.given,
    consent_ended_upstream: t.overThere,
    consent_withdrawn: t.withdrawn,
    consent_expired: t.over,
    data_erased: t.erased,
  }[event_type];
  return fill(words, { who, until: timeOf(valid_until ?? '', locale) });
}

function withdrawal({ withdrawalLink, receipt }: Receipt, t: Texts['receipt']): Html {
  if (withdrawalLink === undefined) return html`<p>${fill(t.ask, { who: requesterOf(receipt) })}</p>`;
  return html`<p><a href="${withdrawalLink}">${withdrawalLink}</a></p>
<p>${t.yours}</p>`;
}

/** In the time of India, which the page names: its reader may be anywhere. */
function timeOf(iso: string, locale: Locale): Html {
  if (iso === '') return html``;
  const words = new Intl.DateTimeFormat(`${locale}-u-nu-latn`, {
    dateStyle: 'long',
    timeStyle: 'long',
    timeZone: 'Asia/Kolkata',
  });
  return html`<time datetime="${iso}">${words.format(new Date(iso))}</time>`;
}
