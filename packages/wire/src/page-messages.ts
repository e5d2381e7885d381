/**
 * What the integrator's page, our frame in it and the window of a trip to EntityLocker may say to each other, as data. Nothing
 * here imports anything: it goes into the browser as it is.
 *
 * Every message carries the nonce of its conversation, goes to one exact origin, and is read only from the one window that
 * may send it (acceptance C1, C2). None has room for a key, a code, a token or a document (C3).
 */

/** A field: some text, a text that an older party does not send and that is then empty, a list of texts, or one of these words. */
type Field = 'text' | 'maybe' | 'texts' | readonly string[];
type Table = Readonly<Record<string, Readonly<Record<string, Field>>>>;

/** Where the person is: reading the request, at EntityLocker, back and waiting for its list, or at an end. */
export const frameSteps = ['notice', 'entitylocker', 'waiting', 'end'] as const;
export type FrameStep = (typeof frameSteps)[number];

/** Integrator's page → frame. */
export const pageToFrame = {
  /**
   * Said when the frame has loaded, and again until it has said how it stands: it answers each with its state. Every end is a page of its
   * own, so that none is lost with a message. `page` is the address to which the person comes back after a trip in the same tab.
   */
  'tijori.hello': {
    nonce: 'text',
    page: 'text',
    place: ['modal', 'container'],
    brand: 'text',
    logo: 'maybe',
    mode: ['', 'light', 'dark'],
    seed: 'text',
    locale: 'text',
  },
  /** The page has written down where it was: the frame may take the whole tab to EntityLocker. */
  'tijori.go': { nonce: 'text' },
  /** The page has closed what was on show: the window of the trip goes, too. A page that is only loaded anew says nothing. */
  'tijori.bye': { nonce: 'text' },
} as const satisfies Table;

/** Frame → integrator's page. */
export const frameToPage = {
  /**
   * All there is to know. `requested` and `consented` are kinds of documents; `error` is a code of the catalogue, or empty;
   * `locale` is the language in which the frame is shown.
   */
  'tijori.state': {
    nonce: 'text',
    step: frameSteps,
    status: 'text',
    reason: 'text',
    requested: 'texts',
    consented: 'texts',
    error: 'text',
    locale: 'maybe',
  },
  /** Escape, or the frame's own button. */
  'tijori.close': { nonce: 'text' },
  /** There can be no second window: `frame` takes the tab itself after `tijori.go`, `page` leaves it to the page. */
  'tijori.leave': { nonce: 'text', by: ['frame', 'page'] },
} as const satisfies Table;

/** Window of the trip → frame that opened it. Both are ours. */
export const windowToFrame = {
  /** The person is back. `handle` is good once, in this browser, for `authorize`; empty when nothing came of the trip. */
  'tijori.returned': { nonce: 'text', session: 'text', handle: 'text' },
} as const satisfies Table;

type ValueOf<F> = F extends 'text' | 'maybe'
  ? string
  : F extends 'texts'
    ? string[]
    : F extends readonly (infer W)[]
      ? W
      : never;

/** Any message of a table, told apart by `type`. */
export type MessageOf<T extends Table> = {
  [K in keyof T & string]: { type: K } & { -readonly [F in keyof T[K]]: ValueOf<T[K][F]> };
}[keyof T & string];

/** Longest text of a field, characters. */
const textMax = 4096;
/** Longest list of a field. */
const listMax = 32;

/**
 * What came by `postMessage`, if it is a message of the table: a copy with its fields and nothing else. `undefined` for
 * anything else; it never throws, whatever the data is made of. Judge window, origin and nonce yourself.
 *
 * @example readMessage(frameToPage, event.data)?.type // 'tijori.close'
 */
export function readMessage<T extends Table>(table: T, data: unknown): MessageOf<T> | undefined {
  try {
    const given = data as Record<string, unknown>;
    const { type } = given;
    if (typeof type !== 'string' || !Object.hasOwn(table, type)) return undefined;
    const message: Record<string, unknown> = { type };
    for (const [name, field] of Object.entries(table[type] ?? {})) {
      const value = given[name] ?? (field === 'maybe' ? '' : undefined);
      if (!fits(field, value)) return undefined;
      message[name] = Array.isArray(value) ? [...value] : value;
    }
    return message as MessageOf<T>;
  } catch {
    return undefined;
  }
}

function fits(field: Field, value: unknown): boolean {
  if (field === 'texts') return Array.isArray(value) && value.length <= listMax && value.every(isText);
  return isText(value) && (field === 'text' || field === 'maybe' || field.includes(value));
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value.length <= textMax;
}
