import type { AppError } from '../domain/app-error.ts';
import { type Html, html } from './html.ts';
import { layout } from './layout.ts';

/** What a person can do about it; errors that are not listed get the last one. */
const advice: Record<string, { title: string; text: string }> = {
  route_not_found: {
    title: 'There is no such page',
    text: 'Check the address, or go back to the site that sent you here.',
  },
  data_not_found: {
    title: 'This consent request does not exist',
    text: 'Check that the address is complete, or ask the business that sent it for a new one.',
  },
  wrong_host: { title: 'Wrong address', text: 'This server answers only under the address that it was given.' },
  cross_origin_refused: {
    title: 'That came from another site',
    text: 'Open the link that you were given, and press the button there.',
  },
  upstream_unavailable: {
    title: 'EntityLocker is not answering',
    text: 'Nothing is lost. Please try again in a few minutes.',
  },
  upstream_timeout: {
    title: 'EntityLocker is not answering',
    text: 'Nothing is lost. Please try again in a few minutes.',
  },
  upstream_refused: {
    title: 'EntityLocker refused the request',
    text: 'Go back to the site that sent you here and start again.',
  },
};
const otherwise = { title: 'Something went wrong', text: 'It is not your fault. Please try again in a few minutes.' };

/** The page for an error on a route for people. It names a request id, so that support can find the log line. */
export function errorPage(error: AppError, transactionId: string): Html {
  const { title, text } = advice[error.code] ?? otherwise;
  return layout({
    title,
    main: html`<h1>${title}</h1>
<p>${text}</p>
<p class="fine">Request <code>${transactionId}</code></p>`,
  });
}
