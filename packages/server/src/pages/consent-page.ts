import type { Locale } from '@tijori/wire';
import type { Document } from '../domain/document.ts';
import { returnAddress } from '../domain/return-url.ts';
import { isEnd, type Session } from '../domain/session.ts';
import { doneBody, expiredBody, failedBody, waitingBody } from './end-pages.ts';
import { fill } from './fill.ts';
import { type Html, html } from './html.ts';
import { medal } from './icons.ts';
import { type Appearance, layout, type Page, type PageScript } from './layout.ts';
import { requestBody } from './request-page.ts';
import { type Texts, textsOf } from './texts/index.ts';

/** A way on from the last page, where the deployment has one (the demo of `tijori dev`). */
export interface WayOn {
  href: string;
  /** The deployment's own words. */
  text?: string;
  /** Or the name of the site to which it leads. */
  site?: string;
}

export interface ConsentPage extends Appearance {
  session: Session;
  /** Registered name of who asks. */
  workspaceName: string;
  retentionMinutes: number;
  /** Of this page at top level, for another device. */
  address: string;
  /** Succeeded sessions: what is known of each document. */
  documents: readonly Pick<Document, 'docType' | 'state'>[];
  /** Retention has taken what was shared. */
  erased: boolean;
  /** The last try found EntityLocker not answering. */
  notAnswering?: boolean | undefined;
  wayOn?: WayOn | undefined;
  /** This browser is the one that gave the consent, and with this code it can take it back. */
  withdrawalCode?: string | undefined;
  script?: PageScript | undefined;
  /** It stands in a frame on an integrator's page, with a script that opens windows and asks how things stand. */
  framed?: boolean | undefined;
}

/** What every part of the page is made with. */
export interface Voice {
  t: Texts;
  /** The registered name, isolated, so that a hostile one, or one in another script, cannot turn round the words beside it. */
  who: Html;
}

/** A page before its frame: its title in the tab, and what stands on it. */
export interface PageBody {
  title: string;
  body: Html;
}

/** What the person sees under a session's link: the request, or how it ended. Every state has a page of its own. */
export function consentPage(view: ConsentPage): Page {
  const { session, framed } = view;
  const voice = voiceOf(view.locale, view.workspaceName);
  const { t, who } = voice;
  const { title, body } = bodyOf(view, voice);
  return layout({
    ...view,
    title,
    strip: session.mode === 'test' ? t.page.testStrip : undefined,
    main: html`${framed ? framedBody(body, session.status, t) : body}
${isEnd(session.status) && !framed && wayOnFrom(view, voice)}`,
    footer: html`<p>${fill(t.page.footer, { who })}</p>`,
  });
}

/** Texts in a language, and the registered name as every page shows it. */
export function voiceOf(locale: Locale, workspaceName: string): Voice {
  return { t: textsOf(locale), who: html`<bdi>${workspaceName}</bdi>` };
}

/** To the integrator where it gave an address, else wherever the deployment leads. */
function wayOnFrom({ session, wayOn }: ConsentPage, { t, who }: Voice): Html | undefined {
  const back = returnAddress(session);
  if (back)
    return html`<p class="way-on"><a class="button quiet" href="${back}">${fill(t.page.backTo, { who })}</a></p>`;
  if (!wayOn) return undefined;
  const text = wayOn.text ?? fill(t.page.backTo, { who: wayOn.site ?? '' });
  return html`<p class="way-on"><a class="button quiet" href="${wayOn.href}">${text}</a></p>`;
}

/** What the frame's script shows and hides: the request, or a word about the window that is open. */
function framedBody(body: Html, status: Session['status'], { page, trip }: Texts): Html {
  return html`<p class="unseen" role="status"></p>
<div class="beside"><img class="logo" alt="" data-logo hidden><p data-brand hidden></p></div>
<div data-when="notice">${body}
<p class="fault" role="alert" data-error hidden>${trip.fault}</p>
${(status === 'failed' || status === 'expired') && html`<p class="way-on"><button class="button quiet" type="button" data-press="close">${page.close}</button></p>`}
</div>
<div data-when="entitylocker" hidden>${medal('clock', 'plain')}
<h1>${trip.framedTitle}</h1>
<p class="lead">${trip.framedLead}</p>
<p class="way-on"><button class="button" type="button" data-press="show">${trip.show}</button></p>
<p class="way-on"><button class="button quiet" type="button" data-press="again">${trip.again}</button></p>
</div>`;
}

/** The first moment of a window for a trip to EntityLocker. */
export function departurePage({ script, ...appearance }: Appearance & { script: PageScript }): Page {
  const { trip } = textsOf(appearance.locale);
  return layout({
    ...appearance,
    title: trip.openingTab,
    script,
    main: html`${medal('clock', 'plain')}
<h1>${trip.opening}</h1>
<p class="lead">${trip.openingLead}</p>`,
  });
}

function bodyOf(view: ConsentPage, voice: Voice): PageBody {
  switch (view.session.status) {
    case 'created':
    case 'initialized':
      return requestBody(view, voice);
    case 'authorized':
      return waitingBody(view.session, voice);
    case 'succeeded':
      return doneBody(view, voice);
    case 'failed':
      return failedBody(view.session, voice);
    case 'expired':
      return expiredBody(voice);
  }
}
