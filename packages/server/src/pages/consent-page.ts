import { type DocTypeName, docTypeNamed } from '@tijori/wire';
import { returnAddress } from '../domain/return-url.ts';
import { isEnd, type Session } from '../domain/session.ts';
import { anotherDevice } from './another-device.ts';
import { type Html, html } from './html.ts';
import { icon, medal } from './icons.ts';
import { layout, type PageScript } from './layout.ts';

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
  /** Of this page at top level, for another device. */
  address: string;
  /** Retention has taken what was shared. */
  erased: boolean;
  wayOn?: WayOn | undefined;
  script?: PageScript | undefined;
  /** It stands in a frame on an integrator's page, with a script that opens windows and asks how things stand. */
  framed?: boolean | undefined;
}

const testStrip = 'Test mode. No real company, no real documents.';

/** What the person sees under a session's link: the request, or how it ended. Every state has a page of its own. */
export function consentPage(view: ConsentPage): Html {
  const { session, script, framed } = view;
  // Isolated, so that a name in another script, or a hostile one, cannot turn round the words beside it.
  const who = html`<bdi>${view.workspaceName}</bdi>`;
  const { title, body } = bodyOf(view, who);
  return layout({
    title,
    strip: session.mode === 'test' ? testStrip : undefined,
    script,
    framed,
    main: html`${framed ? framedBody(body, session.status) : body}
${isEnd(session.status) && !framed && wayOnFrom(view, who)}`,
    footer: html`<p>This page is run by ${who} with the open-source software Tijori. It is not a government website.</p>`,
  });
}

/** To the integrator where it gave an address, else wherever the deployment leads. */
function wayOnFrom({ session, wayOn }: ConsentPage, who: Html): Html | undefined {
  const back = returnAddress(session);
  const [href, text] = back ? [back, html`Back to ${who}`] : [wayOn?.href, wayOn?.text];
  return href ? html`<p class="way-on"><a class="button quiet" href="${href}">${text}</a></p>` : undefined;
}

/** What the frame's script shows and hides: the request, or a word about the window that is open. */
function framedBody(body: Html, status: Session['status']): Html {
  return html`<p class="beside" data-brand hidden></p>
<div data-when="notice">${body}
<p class="fault" role="alert" data-error hidden>That did not work just now. Nothing was shared and nothing is lost: please try again.</p>
${(status === 'failed' || status === 'expired') && html`<p class="way-on"><button class="button quiet" type="button" data-press="close">Close</button></p>`}
</div>
<div data-when="entitylocker" role="status" hidden>${medal('clock', 'plain')}
<h1>Go on in the EntityLocker window</h1>
<p class="lead">Sign in there and choose what to share. This page goes on by itself as soon as you are done.</p>
<p class="way-on"><button class="button" type="button" data-press="show">Show the window</button></p>
<p class="way-on"><button class="button quiet" type="button" data-press="again">Start again</button></p>
</div>`;
}

/** The first moment of a window for a trip to EntityLocker. */
export function departurePage(script: PageScript): Html {
  return layout({
    title: 'Opening EntityLocker',
    script,
    main: html`${medal('clock', 'plain')}
<h1>Opening EntityLocker…</h1>
<p class="lead">If nothing happens in a moment, close this window and try again.</p>`,
  });
}

function bodyOf(view: ConsentPage, who: Html): { title: string; body: Html } {
  switch (view.session.status) {
    case 'created':
    case 'initialized':
      return requestBody(view, who);
    case 'authorized':
      return waitingBody(view, who);
    case 'succeeded':
      return succeededBody(view, who);
    case 'failed':
      return failedBody(view.session, who);
    case 'expired':
      return expiredBody(who);
  }
}

function requestBody({ session, workspaceName, retentionMinutes, address }: ConsentPage, who: Html) {
  const signup = session.flow === 'signup';
  const after = session.returnUrl === null ? 'You come back here.' : html`You are taken back to ${who}.`;
  const body = html`<p class="eyebrow">Consent request</p>
<h1><span class="who">${who}</span> asks for documents of your business</h1>
<p class="lead">They come from EntityLocker, and only with your consent. You choose there what to share.</p>
<h2 id="asked">Documents asked for</h2>
<ul class="documents" aria-labelledby="asked">
${session.docTypes.map((name) => documentItem(name, session.purposes[name]))}
</ul>
<h2>What happens next</h2>
<ol class="path">
<li><span>You go to EntityLocker and ${signup ? 'open an account for your business' : 'sign in for your business'}.</span></li>
<li><span>You tick the documents that you want to share, or refuse.</span></li>
<li><span>${after} For ${retentionMinutes} minutes ${who} can download what you shared; then our copy is erased.</span></li>
</ol>
<form method="post" action="/consent/${session.id}/continue">
<button class="button" type="submit">Continue to EntityLocker</button>
</form>
<p class="assurance">${icon('lock')}<span>Nothing is shared until you allow it in EntityLocker. Not you, or not now? Just close this page.</span></p>
${anotherDevice(address)}`;
  return { title: `${workspaceName} asks for documents of your business`, body };
}

/** With the requester's own words for what it is used for, where it gave some. */
function documentItem(name: DocTypeName, purpose: string | undefined): Html {
  const type = docTypeNamed(name);
  const why = purpose !== undefined && html`<p class="purpose">Used for: <q><bdi>${purpose}</bdi></q></p>`;
  return html`<li>${icon('document')}<div><strong>${type?.title ?? name}</strong><span>${type?.use}</span>${why}</div></li>`;
}

function waitingBody({ session }: ConsentPage, who: Html) {
  return {
    title: 'Waiting for EntityLocker',
    body: html`${medal('clock', 'warn')}
<h1>Waiting for EntityLocker</h1>
<p class="lead">Your answer has arrived and nothing is lost, but EntityLocker did not tell us yet which documents you shared. We go on asking by ourselves.</p>
<form method="post" action="/consent/${session.id}/retry">
<button class="button" type="submit">Try again now</button>
</form>
<p class="fine">You can close this page: ${who} sees the result as soon as it is there.</p>`,
  };
}

function succeededBody({ session, retentionMinutes, erased }: ConsentPage, who: Html) {
  const shared = session.documentsConsented;
  const left = session.docTypes.filter((name) => !shared.includes(name));
  const title = (name: DocTypeName) => docTypeNamed(name)?.title ?? name;
  const one = shared.length === 1;
  const what = one ? 'one document' : `${shared.length} documents`;
  const now = erased
    ? html`The time for downloading is over and our copy is erased.`
    : html`It can download ${one ? 'it' : 'them'} for ${retentionMinutes} minutes. Then our copy is erased.`;
  return {
    title: 'Done',
    body: html`${medal('check', 'good')}
<h1>Done. Thank you.</h1>
<p class="lead">You shared ${what} with ${who}. ${now}</p>
<ul class="documents outcome" aria-label="What you shared">
${shared.map((name) => html`<li class="shared"><strong>${title(name)}</strong><span>${icon('check')}Shared</span></li>`)}
${left.map((name) => html`<li class="withheld"><strong>${title(name)}</strong><span>${icon('dash')}Not shared</span></li>`)}
</ul>
<p>You can close this page.</p>`,
  };
}

function failedBody({ statusReason }: Session, who: Html) {
  if (statusReason === 'session_cancelled') {
    return {
      title: 'This request was cancelled',
      body: html`${medal('cross', 'plain')}
<h1>This request was cancelled</h1>
<p class="lead">${who} has taken its request back, and received no document. You need not do anything.</p>
<p>What you may have allowed in EntityLocker meanwhile is not used. You can withdraw it there.</p>`,
    };
  }
  const [why, next] =
    statusReason === 'entity_mismatch'
      ? [
          html`The documents that you allowed are those of another business than the one that ${who} asked about. We kept none, and ${who} received none.`,
          html`To share those of the right business, go back to ${who} and start again: this link is used up.`,
        ]
      : [
          html`No document was allowed in EntityLocker, so ${who} received none.`,
          html`If that is what you wanted, you can close this page. If not, go back to ${who} and start again: this link is used up.`,
        ];
  return {
    title: 'Nothing was shared',
    body: html`${medal('cross', 'plain')}
<h1>Nothing was shared</h1>
<p class="lead">${why}</p>
<p>${next}</p>`,
  };
}

function expiredBody(who: Html) {
  return {
    title: 'This request has expired',
    body: html`${medal('clock', 'plain')}
<h1>This request has expired</h1>
<p class="lead">It was open for a limited time, and nothing was shared.</p>
<p>If you still want to share documents, go back to ${who} and ask for a new link.</p>`,
  };
}
