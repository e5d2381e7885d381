import { argbFromHex, Hct, hexFromArgb, TonalPalette } from '@material/material-color-utilities';

/** A tone of one of three palettes. Tones that are 50 apart or more have a contrast of at least 4.5 : 1, whatever the hue. */
type Tone = readonly [palette: 'primary' | 'neutral' | 'variant', tone: number];

/** The colours of page.css that a seed decides, for light and dark. Those for good and bad ends stay as they are. */
const roles: Readonly<Record<string, { light: Tone; dark: Tone }>> = {
  paper: { light: ['neutral', 96], dark: ['neutral', 6] },
  card: { light: ['neutral', 100], dark: ['neutral', 12] },
  inset: { light: ['neutral', 98], dark: ['neutral', 9] },
  ink: { light: ['neutral', 10], dark: ['neutral', 92] },
  soft: { light: ['variant', 35], dark: ['variant', 76] },
  line: { light: ['variant', 88], dark: ['variant', 26] },
  field: { light: ['variant', 48], dark: ['variant', 65] },
  brand: { light: ['primary', 38], dark: ['primary', 80] },
  'brand-hover': { light: ['primary', 28], dark: ['primary', 90] },
  'brand-tint': { light: ['primary', 94], dark: ['primary', 20] },
  'brand-ink': { light: ['neutral', 100], dark: ['primary', 12] },
};

/** Each colour by its name in page.css. */
export type Scheme = Readonly<Record<string, string>>;

/**
 * Two colour schemes from one colour, true to its hue and strength as the vendor's SDK is (sandbox-api §4.2, "fidelity"); how light
 * each is decides its part, so that no seed can make a page that cannot be read.
 *
 * @example schemesOf('3d6838').light.brand // '#386333'
 */
export function schemesOf(seed: string): { light: Scheme; dark: Scheme } {
  const { hue, chroma } = Hct.fromInt(argbFromHex(`#${seed}`));
  const palettes = {
    primary: TonalPalette.fromHueAndChroma(hue, chroma),
    neutral: TonalPalette.fromHueAndChroma(hue, chroma / 12),
    variant: TonalPalette.fromHueAndChroma(hue, chroma / 8 + 4),
  };
  const scheme = (which: 'light' | 'dark') =>
    Object.fromEntries(
      Object.entries(roles).map(([role, { [which]: tone }]) => [role, hexFromArgb(palettes[tone[0]].tone(tone[1]))]),
    );
  return { light: scheme('light'), dark: scheme('dark') };
}

/** The stylesheet of a seed, which follows page.css: in the page, or for a frame at `/assets/theme/{seed}.css`. */
export function themeCss(seed: string): string {
  const { light, dark } = schemesOf(seed);
  return `:root{${colours(light)}}
@media (prefers-color-scheme:dark){:root:not([data-mode="light"]){${colours(dark)}}}
:root[data-mode="dark"]{${colours(dark)}}`;
}

function colours(scheme: Scheme): string {
  return Object.entries(scheme)
    .map(([role, hex]) => `--${role}:${hex}`)
    .join(';');
}
