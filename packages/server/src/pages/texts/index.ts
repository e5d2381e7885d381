import { hash } from 'node:crypto';
import type { Locale } from '@tijori/wire';
import { bn } from './bn.ts';
import { en, type Texts } from './en.ts';
import { gu } from './gu.ts';
import { hi } from './hi.ts';
import { mr } from './mr.ts';
import { ta } from './ta.ts';

export type { Texts } from './en.ts';

/** One file for each language; the type checker names what is missing or too much. */
const languages: Readonly<Record<Locale, Texts>> = {
  'en-IN': en,
  'hi-IN': hi,
  'gu-IN': gu,
  'mr-IN': mr,
  'ta-IN': ta,
  'bn-IN': bn,
};

/** All texts in a language. */
export function textsOf(locale: Locale): Texts {
  return languages[locale];
}

/**
 * Names the words that a person reads before consenting, in one language: the same until one of them changes. What a
 * session adds to them (who asks, which documents, their purposes) is the session's own record.
 *
 * @example consentTextVersion('hi-IN') // '7c0a4be6cf0b90cd'
 */
export function consentTextVersion(locale: Locale): string {
  return versions[locale];
}

function versionOf({ request, documents, page }: Texts): string {
  return hash('sha256', JSON.stringify([request, documents, page.footer]), 'hex').slice(0, 16);
}

const versions = Object.fromEntries(
  Object.entries(languages).map(([locale, texts]) => [locale, versionOf(texts)]),
) as Record<Locale, string>;
