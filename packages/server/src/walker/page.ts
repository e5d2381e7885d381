/**
 * What a page offers, read from its HTML. Made for the pages of our own house and of the simulator, whose markup is
 * regular; it is no reader of pages in general.
 */
export interface Page {
  url: URL;
  status: number;
  html: string;
}

/** One form: where it goes, and what it sends by itself. */
export interface Form {
  action: URL;
  /** Last part of the address: what sending it does. */
  step: string;
  hidden: URLSearchParams;
  html: string;
}

/** A tick box or radio button. */
export interface Choice {
  value: string;
  text: string;
  isChecked: boolean;
  /** EntityLocker's five-letter code, where it is a document. */
  code: string | undefined;
}

export function formsOf({ html, url }: Page): Form[] {
  return [...html.matchAll(/<form\b[^>]*\baction="([^"]*)"[^>]*>([\s\S]*?)<\/form>/g)].map(
    ([, path = '', inside = '']) => {
      const action = new URL(textOf(path), url);
      const hidden = new URLSearchParams();
      for (const [tag] of inside.matchAll(/<input\b[^>]*\btype="hidden"[^>]*>/g)) {
        hidden.append(attribute(tag, 'name') ?? '', attribute(tag, 'value') ?? '');
      }
      return { action, step: action.pathname.split('/').at(-1) ?? '', hidden, html: inside };
    },
  );
}

/** Values of the buttons with this name, in the order of the page. */
export function buttonValues({ html }: Pick<Form, 'html'>, name: string): string[] {
  return [...html.matchAll(/<button\b[^>]*>/g)].flatMap(([tag]) =>
    attribute(tag, 'name') === name ? (attribute(tag, 'value') ?? []) : [],
  );
}

/** Tick boxes or radio buttons with this name, with their labels. */
export function choicesOf({ html }: Form, name: string): Choice[] {
  return [...html.matchAll(/<input\b[^>]*>/g)].flatMap(([tag]) => {
    if (attribute(tag, 'name') !== name) return [];
    const label = new RegExp(`<label for="${attribute(tag, 'id')}">([^<]*)`).exec(html)?.[1] ?? '';
    return {
      value: attribute(tag, 'value') ?? '',
      text: textOf(label).trim(),
      isChecked: /\schecked\b/.test(tag),
      code: attribute(tag, 'data-doctype'),
    };
  });
}

/** What the text field with this name holds. */
export function fieldValue({ html }: Form, name: string): string {
  const tag = [...html.matchAll(/<input\b[^>]*>/g)].find(([input]) => attribute(input, 'name') === name)?.[0];
  return (tag && attribute(tag, 'value')) ?? '';
}

/** The text of the element with this `data-testid`. */
export function markedText({ html }: Page, mark: string): string {
  return textOf(new RegExp(`data-testid="${mark}"[^>]*>([^<]*)<`).exec(html)?.[1] ?? '').trim();
}

/** Whether the page came back because what was sent was wrong. */
export function hasFault({ html }: Page): boolean {
  return html.includes('role="alert"');
}

function attribute(tag: string, name: string): string | undefined {
  const value = new RegExp(`\\s${name}="([^"]*)"`).exec(tag)?.[1];
  return value === undefined ? undefined : textOf(value);
}

const named: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

function textOf(html: string): string {
  return html.replace(/&(?:#(\d+)|(\w+));/g, (whole, number, name) =>
    number === undefined ? (named[name] ?? whole) : String.fromCodePoint(Number(number)),
  );
}
