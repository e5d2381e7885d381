/**
 * Languages that the hosted page is written in, the first one for whoever names none. A new one is a line here and a file
 * of texts in `server/src/pages/texts`.
 *
 * @example locales.includes('hi-IN') // true
 */
export const locales = ['en-IN', 'hi-IN', 'gu-IN', 'mr-IN', 'ta-IN', 'bn-IN'] as const;

/** A language of the hosted page (BCP 47). */
export type Locale = (typeof locales)[number];
