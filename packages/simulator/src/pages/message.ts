import { backForm, type FormTarget } from './form.ts';
import { type Html, html } from './html.ts';
import { layout } from './layout.ts';

export interface MessagePage {
  title: string;
  text: string;
  /** Offers the way back to the client, when the journey still has one. */
  back?: FormTarget & { requester: string };
  /** The journey can still be turned to another outcome. */
  hasBar?: boolean;
}

/** A page without a question: something ended or cannot be done. */
export function messagePage({ title, text, back, hasBar }: MessagePage): Html {
  const main = html`<h1>${title}</h1>
<p>${text}</p>
${back ? backForm(back, back.requester) : html`<p class="hint">You can close this window and start again where you came from.</p>`}`;
  return layout({ title, main, ...(hasBar && back && { bar: back }) });
}
