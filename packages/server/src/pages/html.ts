/** Text that is HTML already. Only the tag `html` makes it, so that nothing unescaped can slip in. */
export interface Html {
  readonly html: string;
}

type Part = Html | string | number | null | undefined | false | readonly Part[];

const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

/**
 * A template whose blanks are escaped for text and for quoted attributes. `null`, `undefined` and `false` leave nothing.
 *
 * @example html`<p title="${name}">${count > 0 && html`<b>${count}</b>`}</p>`
 */
export function html(strings: TemplateStringsArray, ...parts: Part[]): Html {
  let text = strings[0] ?? '';
  parts.forEach((part, index) => {
    text += escaped(part) + (strings[index + 1] ?? '');
  });
  return { html: text };
}

function escaped(part: Part): string {
  if (part === null || part === undefined || part === false) return '';
  if (typeof part === 'string' || typeof part === 'number') {
    return String(part).replace(/[&<>"']/g, (character) => entities[character] ?? '');
  }
  if ('html' in part) return part.html;
  return part.map(escaped).join('');
}
