import { type Html, html } from '../html.ts';

/** Text with code in backticks. */
export function inline(text: string): Html {
  const parts = text.split('`');
  return html`${parts.map((part, index) => (index % 2 === 1 ? html`<code>${part}</code>` : part))}`;
}

/** Paragraphs, divided by empty lines. As much of CommonMark as the contract writes. */
export function prose(text: string | undefined): Html {
  const paragraphs = (text ?? '').split('\n\n').filter((paragraph) => paragraph !== '');
  return html`${paragraphs.map((paragraph) => html`<p>${inline(paragraph)}</p>\n`)}`;
}

/** A value as a caller would send or get it. */
export function codeBlock(label: string, text: string): Html {
  return html`<figure class="sample"><figcaption>${label}</figcaption><pre><code>${text}</code></pre></figure>\n`;
}

/** A path that breaks at its slashes where it must break. */
export function breakable(path: string): Html {
  return html`${path.split('/').map((segment, index) => (index === 0 ? segment : html`/<wbr>${segment}`))}`;
}
