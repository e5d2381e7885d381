/**
 * Languages that the hosted page is written in, the first one for whoever names none. A new one is a line here and its
 * texts on the page.
 *
 * @example locales.includes('en-IN') // true
 */
export const locales = ['en-IN'] as const;

/** A language of the hosted page (BCP 47). */
export type Locale = (typeof locales)[number];
