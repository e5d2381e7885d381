import type { Address } from './document-data.ts';
import { gstStates, stateOfCin } from './identifiers.ts';

/** GST code that is in use today, by the name of a state in whatever case; null for no such name. */
export function stateCodeOf(name: string): string | null {
  const codes = Object.entries(gstStates).filter(([, state]) => plain(state) === plain(name));
  return codes.at(-1)?.[0] ?? null;
}

function plain(name: string): string {
  return name.toLowerCase().replace(/&/g, 'and').replace(/\s+/g, ' ').trim();
}

/** Names longest first: one can be the end of another. */
const names = [...new Set(Object.values(gstStates))].sort((left, right) => right.length - left.length);

/**
 * An address that stands in one line: postal code and state are taken from its end, where they are written as such. A district is not
 * told apart from the rest, and is null.
 *
 * @example addressFromLine('Unit 0, Nowhere Road, Mumbai, Maharashtra 400000').stateCode // '27'
 */
export function addressFromLine(line: string): Address {
  const text = line.replace(/\s+/g, ' ').trim();
  const [, before = text, first = '', second = '', country] =
    /^(.*?)[ ,.-]+(\d{3}) ?(\d{3})(?:[ ,]+(IN|INDIA))?[ .]*$/i.exec(text) ?? [];
  const rest = before.replace(/[ ,.-]+$/, '');
  const state = names.find((name) => endsWithWord(plain(rest), plain(name)));
  // Registers write `MAHARASHTRA 400000`, and `MH 400000 IN`.
  const letters = country && /[ ,]([A-Z]{2})$/.exec(rest)?.[1];
  const stateCode = state ? stateCodeOf(state) : letters ? stateOfCin({ stateLetters: letters }) : null;
  return {
    text,
    district: null,
    pin: `${first}${second}` || null,
    stateCode,
    state: (stateCode && gstStates[stateCode]) ?? null,
  };
}

function endsWithWord(text: string, word: string): boolean {
  return text.endsWith(word) && !/[a-z]/.test(text.charAt(text.length - word.length - 1));
}
