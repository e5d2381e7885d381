import { voiceOf } from './consent-page.ts';
import { fill, fillText } from './fill.ts';
import { html } from './html.ts';
import { type Appearance, layout, type Page } from './layout.ts';

/**
 * Leads back to the integrator. A page and not a redirect: the browser comes from a form of EntityLocker's, and applies
 * the `form-action` of that page to every redirect after it; the integrator's address cannot stand there.
 */
export function returnPage({
  address,
  workspaceName,
  ...appearance
}: Appearance & { address: string; workspaceName: string }): Page {
  const { t, who } = voiceOf(appearance.locale, workspaceName);
  return layout({
    ...appearance,
    title: fillText(t.page.backTo, { who: workspaceName }),
    leadsTo: address,
    main: html`<h1>${t.trip.returning}</h1>
<p class="lead">${fill(t.trip.returningLead, { who })}</p>
<p class="way-on"><a class="button" href="${address}">${fill(t.page.backTo, { who })}</a></p>`,
  });
}
