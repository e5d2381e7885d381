/** Markup that is safe to send: made by the tag below and by nothing else. */
export interface Html {
  readonly html: string;
}

type Value = string | number | Html | readonly Html[] | false | undefined;

/** Escapes every value that is not markup already, so that a page cannot forget to. */
export function html(strings: TemplateStringsArray, ...values: readonly Value[]): Html {
  const pieces = strings.map((text, index) => text + rendered(values[index]));
  return { html: pieces.join('') };
}

function rendered(value: Value): string {
  if (value === undefined || value === false) return '';
  if (typeof value === 'string') return escapeHtml(value);
  if (typeof value === 'number') return String(value);
  if ('html' in value) return value.html;
  return value.map((item) => item.html).join('');
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
