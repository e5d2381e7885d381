/**
 * What a page offers, read from its HTML. Made for the pages of our own house and of the simulator, whose markup is
 * regular; it is no reader of pages in general. A test can put any page in their place, so that reading never throws and
 * costs no more than the page is long.
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

/** The forms of a page; one whose address is none is left out. */
export function formsOf({ html, url }: Page): Form[] {
  return between(html, '<form ', '</form>').flatMap((whole) => {
    const end = whole.indexOf('>');
    const path = attribute(whole.slice(0, end), 'action');
    if (end < 0 || path === undefined || !URL.canParse(path, url.href)) return [];
    const action = new URL(path, url);
    const inside = whole.slice(end + 1);
    const hidden = new URLSearchParams();
    for (const tag of between(inside, '<input ', '>')) {
      if (attribute(tag, 'type') === 'hidden')
        hidden.append(attribute(tag, 'name') ?? '', attribute(tag, 'value') ?? '');
    }
    return { action, step: action.pathname.split('/').at(-1) ?? '', hidden, html: inside };
  });
}

/** Values of the buttons with this name, in the order of the page. */
export function buttonValues({ html }: Pick<Form, 'html'>, name: string): string[] {
  return between(html, '<button ', '>').flatMap((tag) =>
    attribute(tag, 'name') === name ? (attribute(tag, 'value') ?? []) : [],
  );
}

/** Tick boxes or radio buttons with this name, with their labels. */
export function choicesOf({ html }: Form, name: string): Choice[] {
  const labels = new Map(
    between(html, '<label ', '</label>').map((label) => [attribute(label, 'for'), textAfterTag(label)]),
  );
  return between(html, '<input ', '>').flatMap((tag) => {
    if (attribute(tag, 'name') !== name) return [];
    return {
      value: attribute(tag, 'value') ?? '',
      text: labels.get(attribute(tag, 'id')) ?? '',
      isChecked: ` ${tag} `.includes(' checked '),
      code: attribute(tag, 'data-doctype'),
    };
  });
}

/** What the text field with this name holds. */
export function fieldValue({ html }: Form, name: string): string {
  const tag = between(html, '<input ', '>').find((input) => attribute(input, 'name') === name);
  return (tag !== undefined && attribute(tag, 'value')) || '';
}

/** The text of the element with this `data-testid`. */
export function markedText({ html }: Page, mark: string): string {
  const [first = ''] = between(html, ` data-testid="${mark}"`, '</');
  return textAfterTag(first);
}

/** Whether the page came back because what was sent was wrong. */
export function hasFault({ html }: Page): boolean {
  return html.includes('role="alert"');
}

/** What stands between each start and the next end after it. Each character is passed once. */
function between(html: string, start: string, end: string): string[] {
  const found: string[] = [];
  for (let at = html.indexOf(start); at >= 0; ) {
    const from = at + start.length;
    const to = html.indexOf(end, from);
    if (to < 0) break;
    found.push(html.slice(from, to));
    at = html.indexOf(start, to);
  }
  return found;
}

/** The text that follows the end of a tag, up to the next one. */
function textAfterTag(rest: string): string {
  const text = rest.slice(rest.indexOf('>') + 1);
  const end = text.indexOf('<');
  return textOf(end < 0 ? text : text.slice(0, end)).trim();
}

function attribute(tag: string, name: string): string | undefined {
  const [value] = between(` ${tag}`, ` ${name}="`, '"');
  return value === undefined ? undefined : textOf(value);
}

const named: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

function textOf(html: string): string {
  return html.replace(/&(?:#(\d{1,7})|(\w{1,8}));/g, (whole, number, name) => {
    if (number === undefined) return named[name] ?? whole;
    return Number(number) <= 0x10ffff ? String.fromCodePoint(Number(number)) : whole;
  });
}
