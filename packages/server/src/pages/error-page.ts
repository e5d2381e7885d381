import type { ErrorCode } from '@tijori/wire';
import type { AppError } from '../domain/app-error.ts';
import { fill } from './fill.ts';
import { html } from './html.ts';
import { medal } from './icons.ts';
import { type Appearance, layout, type Page } from './layout.ts';
import { type Texts, textsOf } from './texts/index.ts';

type Fault = keyof Texts['faults'];
type Advice = readonly [title: Fault, text: Fault];

const notAnswering: Advice = ['notAnswering', 'notAnsweringText'];

/** What happened, and what to do about it. Errors that are not listed get `otherwise`. */
const advice: Partial<Record<ErrorCode, Advice>> = {
  route_not_found: ['noPage', 'noPageText'],
  method_not_allowed: ['noPage', 'openLinkText'],
  data_not_found: ['noRequest', 'noRequestText'],
  link_refused: ['link', 'linkText'],
  wrong_host: ['host', 'hostText'],
  cross_origin_refused: ['otherSite', 'otherSiteText'],
  upstream_unavailable: notAnswering,
  upstream_timeout: notAnswering,
  upstream_refused: ['refused', 'refusedText'],
  rate_limited: ['tooMany', 'tooManyText'],
  overloaded: ['restarting', 'otherwiseText'],
  shutting_down: ['restarting', 'restartingText'],
  storage_unavailable: ['restarting', 'restartingText'],
};

interface ErrorPage extends Appearance {
  /** Support finds the log line by it. */
  transactionId: string;
  /** The page of the session that it was about, which says how things stand and offers the next step. */
  requestHref?: string | undefined;
}

/** The page for an error on a route for people. It tells nothing of what we keep in the log. */
export function errorPage(error: AppError, { transactionId, requestHref, ...appearance }: ErrorPage): Page {
  const { faults } = textsOf(appearance.locale);
  const isUsedLink = error.code === 'link_refused' && requestHref !== undefined;
  const [title, text] = isUsedLink
    ? (['used', 'usedText'] as const)
    : (advice[error.code] ?? ['otherwise', 'otherwiseText']);
  const way = error.entry.retryable ? faults.retry : faults.toRequest;
  return layout({
    ...appearance,
    title: faults[title],
    main: html`${medal('alert', 'warn')}
<h1>${faults[title]}</h1>
<p class="lead">${faults[text]}</p>
${requestHref && html`<p class="way-on"><a class="button" href="${requestHref}">${way}</a></p>`}
<p class="reference">${fill(faults.reference, { reference: html`<code>${transactionId}</code>` })}</p>`,
  });
}
