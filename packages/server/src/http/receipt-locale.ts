import { type ConsentReceipt, type Locale, locales } from '@tijori/wire';
import type { Session } from '../domain/session.ts';
import { knownLocale } from './appearance.ts';

/** The language in which the person read the request, else the session's, else the first of ours. */
export function localeOfReceipt({ locale }: Pick<Session, 'locale'>, { language }: ConsentReceipt): Locale {
  return knownLocale(language) ?? locale ?? locales[0];
}
