import { catalogueOf } from '../certificates/catalogue.ts';
import { longDate, longMoment } from '../dates.ts';
import type { Document, Entity, Person } from '../personas/persona.ts';
import { type FormTarget, form } from './form.ts';
import { type Html, html } from './html.ts';
import { heading, layout } from './layout.ts';

export interface ConsentPage extends FormTarget {
  requester: string;
  serviceName: string | undefined;
  purpose: string | undefined;
  validTillMs: number;
  person: Person;
  entity: Entity;
  documents: readonly Document[];
  /** Shorter lives of the consent that the person may choose. */
  lives: readonly { seconds: number; label: string }[];
  /** How many of the documents are ticked at first. */
  tickedFirst: number;
  /** Names of document types that were asked for and that the entity does not have. */
  missing: readonly string[];
}

export function consentPage(view: ConsentPage): Html {
  const { person, entity } = view;
  const main = html`${heading(view.requester, 'Consent', 'Share documents?')}
<dl class="facts">
<div><dt>Requester</dt><dd>${view.requester}</dd></div>
<div><dt>Service</dt><dd>${view.serviceName ?? 'Not stated'}</dd></div>
<div><dt>Purpose</dt><dd>${view.purpose ?? 'Not stated'}</dd></div>
<div><dt>Valid until</dt><dd>${longMoment(view.validTillMs)}</dd></div>
<div><dt>You act for</dt><dd>${entity.name}</dd></div>
</dl>
${form(
  view,
  'consent',
  html`<fieldset>
<legend>Documents to share</legend>
${view.documents.length > 0 ? html`<p class="hint" id="documents-hint">Take away the tick from what you do not want to share.</p>` : html`<p class="note">This entity has no issued document that was asked for.</p>`}
${view.documents.map((document, index) => documentChoice(document, index, index < view.tickedFirst))}${view.missing.length > 0 && missingList(view.missing)}
</fieldset>
${view.lives.length > 0 && validity(view)}
<p class="hint">Also shared if you allow: your name, date of birth, gender and mobile number (${person.name}), and the
entity's name, date of incorporation, email and mobile number.</p>
<div class="decision">
<button type="submit" name="decision" value="allow">Allow</button>
<button class="second" type="submit" name="decision" value="deny">Deny</button>
</div>`,
)}`;
  return layout({ title: 'Consent', main, bar: view });
}

/** Only ends that come earlier than the one that was asked for. */
function validity(view: ConsentPage): Html {
  return html`<label for="valid-for">How long</label>
<select id="valid-for" name="valid_for">
<option value="">As long as was asked for</option>
${view.lives.map(({ seconds, label }) => html`<option value="${seconds}">${label} only</option>\n`)}</select>`;
}

function documentChoice(document: Document, index: number, isTicked: boolean): Html {
  const { name, issuer } = catalogueOf(document);
  return html`<div class="choice">
<input type="checkbox" name="document" id="document-${index}" value="${document.uri}" data-doctype="${document.doctype}"${isTicked && html` checked`} aria-describedby="documents-hint">
<label for="document-${index}">${name} <span class="number">${documentNumber(document)}</span>
<span class="hint">${issuer}, issued on ${longDate(document.issuedOn)}</span></label>
</div>
`;
}

function missingList(names: readonly string[]): Html {
  return html`<div class="missing">
<p>Asked for, but not available:</p>
<ul>${names.map((name) => html`<li data-testid="not-available">${name} — not available</li>`)}</ul>
</div>`;
}

function documentNumber(document: Document): string {
  switch (document.doctype) {
    case 'CPMTD':
      return document.cin;
    case 'GSTND':
      return document.gstin;
    case 'UDCER':
      return document.udyamNumber;
  }
}
