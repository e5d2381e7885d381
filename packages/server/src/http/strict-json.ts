import { AppError } from '../domain/app-error.ts';

/** Deepest nesting of arrays and objects; no body of the API needs more than four. */
const depthMax = 32;

/** Most keys in one text; no body of the API has thirty. Bounds what a hostile one can cost the parser. */
const keysMax = 1_000;

/** A byte order mark is kept, so that the parser refuses it: RFC 8259 §8.1 forbids to send one. */
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** The text of a body, or `invalid_request_body` where the bytes are not UTF-8. */
export function readUtf8Strict(bytes: Uint8Array): string {
  try {
    return utf8.decode(bytes);
  } catch {
    throw refusal('not UTF-8');
  }
}

/**
 * The value of a JSON text that every parser would read alike (RFC 7493, I-JSON). Refuses with
 * `invalid_request_body`: malformed text, a key twice in one object, nesting beyond 32, more than 1,000 keys,
 * the key `__proto__`, a backslash in a key, lone surrogates, and numbers beyond ±(2^53 − 1), which may not come out
 * as they went in.
 *
 * One scan of the text, the engine's own parser, one walk of the value. Keys are never compared: a key that stands
 * twice is one key in the value, so the counts of text and value differ, however the key was escaped.
 *
 * Why no backslash in a key: once V8 has read one, it may take a later key with an escape for it
 * (nodejs/node#63785), in any text, of any caller. Kept from the parser it does no harm, and no name of the API has one.
 */
export function parseStrictJson(text: string): unknown {
  const keysInText = scan(text);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    // The engine's message quotes the body, which may be personal data: it must not travel on.
    throw refusal('malformed JSON');
  }
  if (walk(value) !== keysInText) throw refusal('a key stands twice in one object');
  if (!text.isWellFormed()) throw refusal('a lone surrogate');
  if (text.includes('\\')) checkEscaped(value);
  return value;
}

const quote = 0x22;
const backslash = 0x5c;

/**
 * Counts the keys, that is the colons outside strings, and stops at too deep a nesting. On malformed text its answer
 * means nothing, and the parser refuses after it.
 */
function scan(text: string): number {
  let keys = 0;
  let depth = 0;
  let backslashInString = false;
  for (let i = 0; i < text.length; i += 1) {
    const char = text.charCodeAt(i);
    if (char === quote) {
      backslashInString = false;
      for (i += 1; i < text.length; i += 1) {
        const inner = text.charCodeAt(i);
        if (inner === quote) break;
        if (inner !== backslash) continue;
        i += 1;
        backslashInString ||= isBackslash(text, i);
      }
    } else if (char === 0x3a /* : */) {
      keys += 1;
      if (keys > keysMax) throw refusal(`more than ${keysMax} keys`);
      if (backslashInString) throw refusal('a backslash in a key');
    } else if ((char | 0x20) === 0x7b /* [ { */) {
      depth += 1;
      if (depth > depthMax) throw refusal(`nested deeper than ${depthMax}`);
    } else if ((char | 0x20) === 0x7d /* ] } */) {
      depth -= 1;
    }
  }
  return keys;
}

/** Counts the keys of a value, and refuses the key and the numbers that must not be in it. */
function walk(value: unknown): number {
  if (typeof value === 'number') {
    if (!(Math.abs(value) <= Number.MAX_SAFE_INTEGER)) throw refusal('a number that does not survive parsing');
    return 0;
  }
  if (typeof value !== 'object' || value === null) return 0;
  let keys = 0;
  if (Array.isArray(value)) {
    for (const item of value) keys += walk(item);
    return keys;
  }
  const object = value as Record<string, unknown>;
  for (const key in object) {
    if (key === '__proto__') throw refusal('the key __proto__');
    keys += 1 + walk(object[key]);
  }
  return keys;
}

/** Whether the escape whose second character stands at `i` means a backslash. */
function isBackslash(text: string, i: number): boolean {
  return text.charCodeAt(i) === backslash || /^u005c/i.test(text.slice(i, i + 5));
}

/** What only an escape can bring into a value; texts with escapes are rare, and so is this walk. */
function checkEscaped(value: unknown): void {
  if (typeof value === 'string' && !value.isWellFormed()) throw refusal('a lone surrogate');
  if (typeof value !== 'object' || value === null) return;
  for (const [key, item] of Object.entries(value)) {
    if (!key.isWellFormed()) throw refusal('a lone surrogate');
    if (key.includes('\\')) throw refusal('a key that the engine misread');
    checkEscaped(item);
  }
}

function refusal(detail: string): AppError {
  return new AppError('invalid_request_body', { detail });
}
