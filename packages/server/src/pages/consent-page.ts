import { type DocTypeName, docTypeNamed } from '@tijori/wire';
import type { Session } from '../domain/session.ts';
import { type Html, html } from './html.ts';
import { layout } from './layout.ts';

/** A way on from the last page, where the deployment has one (the demo of `tijori dev`). */
export interface WayOn {
  href: string;
  text: string;
}

interface ConsentPage {
  session: Session;
  /** Registered name of who asks. */
  workspaceName: string;
  retentionMinutes: number;
  wayOn?: WayOn | undefined;
}

const testStrip = 'Test mode. No real company, no real documents.';

/** What the person sees under a session's link: the request, or how it ended. Every state has a page of its own. */
export function consentPage(view: ConsentPage): Html {
  const { session, wayOn } = view;
  const { title, body } = bodyOf(view);
  const ended = session.status === 'succeeded' || session.status === 'failed' || session.status === 'expired';
  return layout({
    title,
    strip: session.mode === 'test' ? testStrip : undefined,
    main: html`${body}
${ended && wayOn && html`<p><a class="button quiet" href="${wayOn.href}">${wayOn.text}</a></p>`}`,
    footer: html`<p>This page is run by ${view.workspaceName} with the open-source software Tijori. It is not a government website.</p>`,
  });
}

function bodyOf(view: ConsentPage): { title: string; body: Html } {
  switch (view.session.status) {
    case 'created':
    case 'initialized':
      return requestBody(view);
    case 'authorized':
      return waitingBody(view);
    case 'succeeded':
      return succeededBody(view);
    case 'failed':
      return failedBody(view);
    case 'expired':
      return expiredBody(view);
  }
}

function requestBody({ session, workspaceName, retentionMinutes }: ConsentPage) {
  const title = `${workspaceName} asks for documents of your business`;
  const signup = session.flow === 'signup';
  const body = html`<h1><span class="who">${workspaceName}</span> asks for documents of your business</h1>
<p>They come from EntityLocker, with your consent. You choose there what to share.</p>
<h2 id="asked">Asked for</h2>
<ul class="documents" aria-labelledby="asked">
${session.docTypes.map((name) => documentItem(name))}
</ul>
<h2>What happens next</h2>
<ol>
<li>You go to EntityLocker and ${signup ? 'open an account for your business' : 'sign in for your business'}.</li>
<li>You tick the documents that you want to share, or refuse.</li>
<li>You come back here. ${workspaceName} can download what you shared for ${retentionMinutes} minutes; then our copy is erased.</li>
</ol>
<form method="post" action="/consent/${session.id}/continue">
<button class="button" type="submit">Continue to EntityLocker</button>
</form>
<p class="fine">Not you, or not now? Just close this page. Nothing is shared until you allow it in EntityLocker.</p>`;
  return { title, body };
}

function documentItem(name: DocTypeName): Html {
  const type = docTypeNamed(name);
  return html`<li><strong>${type?.title ?? name}</strong><span>${type?.use}</span></li>`;
}

function waitingBody({ session, workspaceName }: ConsentPage) {
  return {
    title: 'EntityLocker is not answering',
    body: html`<h1>EntityLocker is not answering</h1>
<p>You are signed in and nothing is lost, but EntityLocker did not tell us yet which documents you shared. We go on trying by ourselves.</p>
<form method="post" action="/consent/${session.id}/retry">
<button class="button" type="submit">Try again now</button>
</form>
<p class="fine">You can close this page: ${workspaceName} sees the result as soon as it is there.</p>`,
  };
}

function succeededBody({ session, workspaceName, retentionMinutes }: ConsentPage) {
  const left = session.docTypes.filter((name) => !session.documentsConsented.includes(name));
  const title = (name: DocTypeName) => docTypeNamed(name)?.title ?? name;
  return {
    title: 'Done',
    body: html`<h1>Done. Thank you.</h1>
<p>${workspaceName} can now see what you shared, for ${retentionMinutes} minutes.</p>
<ul class="documents outcome">
${session.documentsConsented.map((name) => html`<li class="shared"><strong>${title(name)}</strong><span>Shared</span></li>`)}
${left.map((name) => html`<li class="withheld"><strong>${title(name)}</strong><span>Not shared</span></li>`)}
</ul>
<p>You can close this page.</p>`,
  };
}

function failedBody({ workspaceName }: ConsentPage) {
  return {
    title: 'Nothing was shared',
    body: html`<h1>Nothing was shared</h1>
<p>No document was allowed in EntityLocker, so ${workspaceName} received none.</p>
<p>If that was not what you wanted, go back to ${workspaceName} and start again: this link is used up.</p>`,
  };
}

function expiredBody({ workspaceName }: ConsentPage) {
  return {
    title: 'This request has expired',
    body: html`<h1>This request has expired</h1>
<p>It was open for a limited time and nothing was shared.</p>
<p>Go back to ${workspaceName} and ask for a new one.</p>`,
  };
}
