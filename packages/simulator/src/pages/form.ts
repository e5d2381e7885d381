import { type Html, html } from './html.ts';

/** What the forms of a journey need to be accepted. */
export interface FormTarget {
  journeyId: string;
  csrf: string;
}

export type FormStep = 'sign-in' | 'other-number' | 'otp' | 'entity' | 'consent' | 'deny';

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

/** The way out of every step before the consent. */
export function cancelForm(target: FormTarget, requester: string): Html {
  return form(target, 'deny', html`<button class="quiet" type="submit">Cancel and go back to ${requester}</button>`);
}

/** The one way on from a request that has ended. */
export function backForm(target: FormTarget, requester: string): Html {
  return form(target, 'deny', html`<button type="submit">Go back to ${requester}</button>`);
}
