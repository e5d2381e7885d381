import { docTypeNamed } from '@tijori/wire';
import type { Session } from '../domain/session.ts';
import { type Html, html } from './html.ts';
import { icon, medal } from './icons.ts';
import { layout, type PageScript } from './layout.ts';

/** Where the code goes in: by the script out of the address, or by hand. Looking at it changes nothing. */
export function withdrawalCodePage(script: PageScript): Html {
  return layout({
    title: 'Withdraw a consent',
    script,
    main: html`<h1>Withdraw a consent</h1>
<p class="lead">You can take back a consent that you gave here. You need the code that you got with it: it is the part of your link after the <code>#</code>.</p>
<form method="post" action="/withdraw" autocomplete="off">
<p><label for="code">Your code</label></p>
<p><input id="code" name="code" type="text" required minlength="43" maxlength="43" spellcheck="false" autocapitalize="off" autocomplete="off"></p>
<button class="button" type="submit">Show my consent</button>
</form>
<p class="fine">Nothing is withdrawn yet: the next page shows what it is about.</p>`,
  });
}

interface Consent {
  session: Session;
  workspaceName: string;
}

/** What the consent is about, and one button. */
export function withdrawalPage({ session, workspaceName }: Consent, code: string): Html {
  const who = html`<bdi>${workspaceName}</bdi>`;
  const over = session.consentEndedAtMs !== null;
  return layout({
    title: 'Your consent',
    main: html`<p class="eyebrow">Your consent</p>
<h1>${over ? 'This consent is over' : html`You shared documents with ${who}`}</h1>
${shared(session)}
${over ? html`<p class="lead">Nothing of it can be had here any more.</p>` : question(who, code)}
<form method="post" action="/withdraw/receipt">
<input type="hidden" name="code" value="${code}">
<button class="button quiet" type="submit">Receipt to keep or print</button>
</form>`,
  });
}

function question(who: Html, code: string): Html {
  return html`<p class="lead">If you withdraw, our copy is erased at once and its download links stop working, EntityLocker is told to end the access, and ${who} is told that you withdrew. What ${who} has downloaded already is with ${who}: ask there to have it deleted.</p>
<form method="post" action="/withdraw/confirm">
<input type="hidden" name="code" value="${code}">
<button class="button" type="submit">Withdraw my consent</button>
</form>`;
}

function shared({ documentsConsented }: Session): Html {
  return html`<ul class="documents outcome" aria-label="What you shared">
${documentsConsented.map((name) => html`<li class="shared"><strong>${docTypeNamed(name)?.title ?? name}</strong><span>${icon('check')}Shared</span></li>`)}
</ul>`;
}

/** It is done. */
export function withdrawnPage({ workspaceName }: Consent): Html {
  const who = html`<bdi>${workspaceName}</bdi>`;
  return layout({
    title: 'Consent withdrawn',
    main: html`${medal('check', 'good')}
<h1>Your consent is withdrawn</h1>
<p class="lead">Our copy of your documents is erased and ${who} is told. You need not do anything more.</p>
<p>What ${who} downloaded before is with ${who}: ask there to have it deleted.</p>
<p>You can close this page.</p>`,
  });
}
