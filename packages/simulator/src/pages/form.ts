import type { ScenarioName } from '../scenarios/table.ts';
import { type Html, html } from './html.ts';

/** What the forms of a journey need to be accepted. */
export interface FormTarget {
  journeyId: string;
  csrf: string;
  /** What the journey plays; the test bar shows it. */
  scenario: ScenarioName | undefined;
}

export type FormStep =
  | 'sign-in'
  | 'sign-up'
  | 'link'
  | 'other-way'
  | 'other-number'
  | 'otp'
  | 'pin'
  | 'entity'
  | 'identifier'
  | 'approval'
  | 'consent'
  | 'deny'
  | 'outcome';

export function form(target: FormTarget, step: FormStep, content: Html): Html {
  // No autocomplete for the form's own sake: a browser must not offer real data here.
  return html`<form method="post" action="/public/journey/${target.journeyId}/${step}" novalidate>
<input type="hidden" name="csrf" value="${target.csrf}">
${content}
</form>`;
}

/** Text of a fault, tied to its field by `aria-describedby`. */
export function errorText(id: string, text: string | undefined): Html | undefined {
  if (text === undefined) return undefined;
  return html`<p class="error" id="${id}" role="alert"><span class="error-word">Error:</span> ${text}</p>`;
}

/** One text field with its hint and its fault, tied together for people who hear the page. */
export function textField(field: {
  name: string;
  label: string;
  hint: Html;
  value?: string;
  fault: string | undefined;
  numeric?: boolean;
}): Html {
  const { name, fault } = field;
  const described = fault === undefined ? `${name}-hint` : `${name}-hint ${name}-error`;
  return html`<label for="${name}">${field.label}</label>
<p class="hint" id="${name}-hint">${field.hint}</p>
${errorText(`${name}-error`, fault)}
<input id="${name}" name="${name}" type="text" autocomplete="off" maxlength="40" value="${field.value ?? ''}"${field.numeric && html` inputmode="numeric"`}
 aria-describedby="${described}"${fault !== undefined && html` aria-invalid="true" autofocus`}>`;
}

/** The way out of every step before the consent. */
export function cancelForm(target: FormTarget, requester: string): Html {
  return form(target, 'deny', html`<button class="quiet" type="submit">Cancel and go back to ${requester}</button>`);
}

/** The one way on from a request that has ended. */
export function backForm(target: FormTarget, requester: string): Html {
  return form(target, 'deny', html`<button type="submit">Go back to ${requester}</button>`);
}
