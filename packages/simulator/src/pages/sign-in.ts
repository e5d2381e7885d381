import type { Persona } from '../personas/persona.ts';
import { cancelForm, errorText, type FormTarget, form } from './form.ts';
import { type Html, html } from './html.ts';
import { heading, layout } from './layout.ts';

export interface SignInPage extends FormTarget {
  requester: string;
  typedMobile: string;
  fault: string | undefined;
  people: readonly Persona[];
}

export function signInPage(view: SignInPage): Html {
  const main = html`${heading(view.requester, 'Sign in', 'Sign in with a mobile number')}
${form(
  view,
  'sign-in',
  html`<label for="mobile">Mobile number</label>
<p class="hint" id="mobile-hint">Ten digits. Only the fictional people below exist here.</p>
${errorText('mobile-error', view.fault)}
<input id="mobile" name="mobile" type="text" inputmode="numeric" autocomplete="off" maxlength="20" value="${view.typedMobile}"
 aria-describedby="mobile-hint${view.fault !== undefined && ' mobile-error'}"${view.fault !== undefined && html` aria-invalid="true" autofocus`}>
<button type="submit">Continue</button>`,
)}
<section aria-labelledby="people-heading">
<h2 id="people-heading">Or choose a fictional person</h2>
${form(
  view,
  'sign-in',
  html`<ul class="people">
${view.people.map(
  ({ person, entities }) => html`<li><button class="person" type="submit" name="persona" value="${person.mobile}">
<span class="person-name">${person.name} <span class="number">${person.mobile}</span></span>
${entities.map((entity) => html`<span class="person-entity">${entity.name}</span>`)}
</button></li>
`,
)}</ul>`,
)}
</section>
<div class="ways-out">
${form(view, 'other-way', html`<button class="quiet" type="submit">No account yet? Sign up</button>`)}
${cancelForm(view, view.requester)}
</div>`;
  return layout({ title: 'Sign in', hasFault: view.fault !== undefined, main, bar: view });
}
