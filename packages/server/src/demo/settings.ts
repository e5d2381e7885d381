import { type Locale, locales } from '@tijori/wire';

/** How the shop of the demo shows the consent page; all of it stands in the page's address. */
export interface DemoSettings {
  mode: 'modal' | 'container' | 'redirect';
  look: '' | 'light' | 'dark';
  /** Hex colour. */
  colour: string;
  locale: Locale;
  /** Name of an outcome of the simulator; empty: the person decides. */
  outcome: string;
}

const modes = ['modal', 'container', 'redirect'] as const;
const looks = ['', 'light', 'dark'] as const;
const defaultColour = '#8a3b1f';

/** From the query of an address that anybody may have typed: what is not known is as if it were not there. */
export function demoSettings(query: Readonly<Record<string, unknown>>, outcomes: readonly string[]): DemoSettings {
  const oneOf = <T extends string>(list: readonly T[], value: unknown, otherwise: T): T =>
    list.find((each) => each === value) ?? otherwise;
  const { colour } = query;
  return {
    mode: oneOf(modes, query.mode, 'modal'),
    look: oneOf(looks, query.look, ''),
    colour: typeof colour === 'string' && /^#[0-9a-f]{6}$/i.test(colour) ? colour : defaultColour,
    locale: oneOf(locales, query.locale, locales[0]),
    outcome: oneOf(outcomes, query.outcome, ''),
  };
}

/** What the shop's own source hands to `createEntityLocker`. */
export function handleOptions({ mode, look, colour, locale }: DemoSettings, baseUrl: string, apiKey: string) {
  return {
    baseUrl,
    apiKey,
    mode,
    brand: { name: 'Example Bazaar' },
    theme: { ...(look && { mode: look }), seed: colour },
    locale,
  };
}
