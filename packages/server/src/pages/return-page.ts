import { type Html, html } from './html.ts';
import { layout } from './layout.ts';

/**
 * Leads back to the integrator. A page and not a redirect: the browser comes from a form of EntityLocker's, and applies
 * the `form-action` of that page to every redirect after it; the integrator's address cannot stand there.
 */
export function returnPage({ address, workspaceName }: { address: string; workspaceName: string }): Html {
  const who = html`<bdi>${workspaceName}</bdi>`;
  return layout({
    title: `Back to ${workspaceName}`,
    leadsTo: address,
    main: html`<h1>One moment</h1>
<p class="lead">You are being taken back to ${who}. If nothing happens, use this button.</p>
<p class="way-on"><a class="button" href="${address}">Back to ${who}</a></p>`,
  });
}
