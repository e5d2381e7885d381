import { type Locale, locales } from '@tijori/wire';

/** Languages that are looked at; a header may name any number. */
const rangesMax = 20;

/**
 * The language of ours that a browser prefers (RFC 9110 §12.5.4), by language alone: `hi` and `hi-Latn-IN` both get `hi-IN`.
 * The first of ours where none fits.
 *
 * @example preferredLocale('ta;q=0.8, gu-IN') // 'gu-IN'
 */
export function preferredLocale(acceptLanguage: string | undefined): Locale {
  const ranges = (acceptLanguage ?? '')
    .split(',', rangesMax)
    .map((range) => {
      const [tag = '', ...parameters] = range.split(';').map((part) => part.trim().toLowerCase());
      return { language: tag.split('-')[0] ?? '', weight: weightOf(parameters) };
    })
    .filter(({ weight }) => weight > 0)
    .sort((one, other) => other.weight - one.weight);
  for (const { language } of ranges) {
    const found = locales.find((locale) => locale.startsWith(`${language}-`));
    if (found) return found;
  }
  return locales[0];
}

function weightOf(parameters: readonly string[]): number {
  const given = parameters.find((parameter) => parameter.startsWith('q='));
  if (given === undefined) return 1;
  return /^q=(0(\.\d{0,3})?|1(\.0{0,3})?)$/.test(given) ? Number(given.slice(2)) : 0;
}
