import { identifiersOf } from '../personas/identifiers.ts';
import type { Holding } from '../personas/people.ts';
import { type Entity, type EntityKind, entityKinds, type Person } from '../personas/persona.ts';
import { cancelForm, type FormTarget, form, textField } from './form.ts';
import { type Html, html } from './html.ts';
import { heading, layout } from './layout.ts';

const kindNames: Record<EntityKind, string> = {
  company: 'Company',
  llp: 'Limited liability partnership',
  partnership: 'Partnership firm',
  proprietorship: 'Proprietorship',
  trust: 'Trust',
};

export interface SignUpPage extends FormTarget {
  requester: string;
  fault: string | undefined;
  entities: readonly Entity[];
}

/** First page of a sign-up: which entity. */
export function signUpPage(view: SignUpPage): Html {
  const main = html`${heading(view.requester, 'Sign up', 'Open an account for an entity')}
${form(
  view,
  'sign-up',
  html`<label for="kind">Kind of entity</label>
<select id="kind" name="kind">
<option value="">Any kind</option>
${entityKinds.map((kind) => html`<option value="${kind}">${kindNames[kind]}</option>\n`)}</select>
${textField({ name: 'identifier', label: 'CIN, GSTIN, PAN or Udyam number', hint: html`Only the fictional entities below exist here.`, fault: view.fault })}
<button type="submit">Continue</button>`,
)}
<section aria-labelledby="entities-heading">
<h2 id="entities-heading">Or choose a fictional entity</h2>
${form(view, 'sign-up', html`<ul class="people">\n${view.entities.map(entityChoice)}</ul>`)}
</section>
${waysOut(view, 'I have an account: sign in')}`;
  return layout({ title: 'Sign up', hasFault: view.fault !== undefined, main, bar: view });
}

function entityChoice(entity: Entity): Html {
  const { cin, pan, udyam } = identifiersOf(entity);
  const identifier = cin ?? udyam ?? pan;
  return html`${
    identifier !== undefined &&
    html`<li><button class="person" type="submit" name="identifier" value="${identifier}">
<span class="person-name">${entity.name}</span>
<span class="person-entity">${kindNames[entity.kind]}, <span class="number">${identifier}</span></span>
</button></li>\n`
  }`;
}

export interface LinkPage extends FormTarget {
  requester: string;
  fault: string | undefined;
  held: Holding;
}

/** Second page of a sign-up: what the person is to the entity. */
export function linkPage(view: LinkPage): Html {
  const { entity, person } = view.held;
  const main = html`${heading(view.requester, 'Sign up', 'Link yourself to the entity')}
<p class="note">Found: <strong>${entity.name}</strong> (${kindNames[entity.kind]}). Here, ${person.name} acts for it.</p>
${form(
  view,
  'link',
  html`<fieldset>
<legend>What are you to the entity?</legend>
${roleChoice('director', 'Director, partner, proprietor or trustee', true)}
${roleChoice('authorised_person', 'Authorised person; a director has to approve', false)}
</fieldset>
${mobileField(person, view.fault)}
<button type="submit">Continue</button>`,
)}
${waysOut(view, 'I have an account: sign in')}`;
  return layout({ title: 'Link to the entity', hasFault: view.fault !== undefined, main, bar: view });
}

function roleChoice(value: string, text: string, isChosen: boolean): Html {
  return html`<div class="choice">
<input type="radio" name="role" id="role-${value}" value="${value}"${isChosen && html` checked`}>
<label for="role-${value}">${text}</label>
</div>`;
}

function mobileField({ mobile }: Person, fault: string | undefined): Html {
  const hint = html`The one that is registered with the entity. Here it is filled in for you.`;
  return textField({ name: 'mobile', label: 'Your mobile number', hint, value: mobile, fault, numeric: true });
}

const identifierNames: Record<Entity['verifiedBy'], string> = { cin: 'CIN', pan: 'PAN', udyam: 'Udyam number' };

export interface IdentifierPage extends FormTarget {
  requester: string;
  fault: string | undefined;
  entity: Entity;
  wanted: readonly { name: Entity['verifiedBy']; value: string | undefined }[];
}

/** Asked for between entity and consent when `acr` demands what the entity is not verified by. */
export function identifierPage(view: IdentifierPage): Html {
  const names = view.wanted.map(({ name }) => identifierNames[name]).join(' or ');
  const known = view.wanted.flatMap(({ value }) => value ?? []);
  const main = html`${heading(view.requester, 'Entity', `Give the ${names} of the entity`)}
<p class="note"><strong>${view.entity.name}</strong> is verified by ${identifierNames[view.entity.verifiedBy]}, and the requester asks for its ${names}. In this simulator it is
${known.map((value) => html`<span class="number" data-testid="identifier">${value}</span> `)}</p>
${form(
  view,
  'identifier',
  html`${textField({ name: 'identifier', label: names, hint: html`As shown above.`, fault: view.fault })}
<button type="submit">Verify</button>`,
)}
${cancelForm(view, view.requester)}`;
  return layout({ title: `Give the ${names}`, hasFault: view.fault !== undefined, main, bar: view });
}

/** The state in which a real person waits for somebody else. */
export function approvalPage(view: FormTarget & { requester: string; entity: Entity }): Html {
  const main = html`${heading(view.requester, 'Sign up', 'Pending approval')}
<p>A director of <strong>${view.entity.name}</strong> has to approve that you act for it. Really, this may take days.</p>
${form(view, 'approval', html`<button type="submit">Approve, as the director would</button>`)}
${cancelForm(view, view.requester)}`;
  return layout({ title: 'Pending approval', main, bar: view });
}

export interface PinPage extends FormTarget {
  requester: string;
  fault: string | undefined;
  pin: string;
}

export function pinPage(view: PinPage): Html {
  const main = html`${heading(view.requester, 'Sign in', 'Type your security PIN')}
<div class="message">
<p>This fictional person has the security PIN</p>
<p class="otp" data-testid="pin">${view.pin}</p>
</div>
${form(
  view,
  'pin',
  html`${textField({ name: 'pin', label: 'Security PIN', hint: html`Six digits.`, fault: view.fault, numeric: true })}
<button type="submit">Continue</button>`,
)}
${cancelForm(view, view.requester)}`;
  return layout({ title: 'Security PIN', hasFault: view.fault !== undefined, main, bar: view });
}

function waysOut(view: FormTarget & { requester: string }, other: string): Html {
  return html`<div class="ways-out">
${form(view, 'other-way', html`<button class="quiet" type="submit">${other}</button>`)}
${cancelForm(view, view.requester)}
</div>`;
}
