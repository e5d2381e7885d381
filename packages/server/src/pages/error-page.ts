import type { ErrorCode } from '@tijori/wire';
import type { AppError } from '../domain/app-error.ts';
import { type Html, html } from './html.ts';
import { medal } from './icons.ts';
import { layout } from './layout.ts';

interface Advice {
  /** What happened. */
  title: string;
  /** What it means for the person, and what to do about it. */
  text: string;
}

const notAnswering: Advice = {
  title: 'EntityLocker is not answering',
  text: 'Nothing was shared and nothing is lost. Wait a few minutes, then open the link again that you were given.',
};

const moment: Advice = {
  title: 'One moment, please',
  text: 'This server is just restarting. Nothing is lost. Try again in a minute.',
};

/** Errors that are not listed get `otherwise`. */
const advice: Partial<Record<ErrorCode, Advice>> = {
  route_not_found: {
    title: 'There is no such page',
    text: 'Check the address, or go back to the site that sent you here.',
  },
  method_not_allowed: {
    title: 'There is no such page',
    text: 'Open the link that you were given, and press the button there.',
  },
  data_not_found: {
    title: 'This consent request does not exist',
    text: 'Check that the address is complete, or ask the business that sent it for a new link.',
  },
  link_refused: {
    title: 'This link cannot be used here',
    text: 'It belongs to another browser or device, or it is no longer valid. Nothing was shared by opening it. Go back to the browser in which you started, or open the link again that the business gave you.',
  },
  wrong_host: { title: 'Wrong address', text: 'This server answers only under the address that it was given.' },
  cross_origin_refused: {
    title: 'That came from another site',
    text: 'For your safety it was not carried out. Open the link that you were given, and press the button there.',
  },
  upstream_unavailable: notAnswering,
  upstream_timeout: notAnswering,
  upstream_refused: {
    title: 'EntityLocker refused the request',
    text: 'Nothing was shared. Go back to the site that sent you here and start again.',
  },
  rate_limited: { title: 'Too many tries', text: 'Wait a minute, then try again.' },
  shutting_down: moment,
  storage_unavailable: moment,
};
const otherwise: Advice = {
  title: 'Something went wrong',
  text: 'It is not your fault, and nothing was shared by it. Please try again in a few minutes.',
};

/** The page for an error on a route for people. It names a request id, so that support can find the log line. */
export function errorPage(error: AppError, transactionId: string): Html {
  const { title, text } = advice[error.code] ?? otherwise;
  return layout({
    title,
    main: html`${medal('alert', 'warn')}
<h1>${title}</h1>
<p class="lead">${text}</p>
<p class="reference">If you ask for help, give this reference: <code>${transactionId}</code></p>`,
  });
}
