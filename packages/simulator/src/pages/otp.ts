import { cancelForm, errorText, type FormTarget, form } from './form.ts';
import { type Html, html } from './html.ts';
import { heading, layout } from './layout.ts';

export interface OtpPage extends FormTarget {
  requester: string;
  mobile: string;
  otp: string;
  fault: string | undefined;
}

export function otpPage(view: OtpPage): Html {
  const main = html`${heading(view.requester, 'Sign in', 'Type the one-time password')}
<div class="message">
<p>No message is sent to <span class="number">${view.mobile}</span>, because this is a simulator. The one-time password is</p>
<p class="otp" data-testid="otp">${view.otp}</p>
</div>
${form(
  view,
  'otp',
  html`<label for="otp">One-time password</label>
<p class="hint" id="otp-hint">Six digits. Three wrong tries end this sign-in.</p>
${errorText('otp-error', view.fault)}
<input id="otp" name="otp" class="short" type="text" inputmode="numeric" autocomplete="one-time-code" maxlength="12"
 aria-describedby="otp-hint${view.fault !== undefined && ' otp-error'}"${view.fault !== undefined && html` aria-invalid="true"`} autofocus>
<button type="submit">Verify</button>`,
)}
<div class="ways-out">
${form(view, 'other-number', html`<button class="quiet" type="submit">Use another number</button>`)}
${cancelForm(view, view.requester)}
</div>`;
  return layout({ title: 'One-time password', hasFault: view.fault !== undefined, main, bar: view });
}
