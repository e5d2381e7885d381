import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import fc from 'fast-check';
import { type Scheme, schemesOf, themeCss } from './theme.ts';

/** Text on its grounds, as page.css puts them together. */
const pairs = [
  ['ink', 'paper card inset'],
  ['soft', 'paper card inset'],
  ['brand', 'paper card inset brand-tint'],
  ['brand-hover', 'paper card brand-tint'],
  ['brand-ink', 'brand brand-hover'],
  ['good', 'paper card inset good-tint'],
  ['warn-ink', 'warn-paper'],
  ['warn-text', 'card'],
] as const;

const css = readFileSync(new URL('page.css', import.meta.url), 'utf8');
/** The colours that stand in page.css, once light and twice dark. */
const [light = {}, ...darks] = [...css.matchAll(/\{([^{}]*--paper:[^{}]*)\}/g)].map(
  ([, block = '']): Scheme =>
    Object.fromEntries(
      [...block.matchAll(/--([\w-]+):\s*(#[0-9a-f]{6});/g)].map(([, name = '', hex = '']) => [name, hex]),
    ),
);

function tooWeak(scheme: Scheme): string[] {
  return pairs.flatMap(([text, grounds]) =>
    grounds.split(' ').flatMap((ground) => {
      const ratio = contrast(scheme[text] ?? '', scheme[ground] ?? '');
      return ratio >= 4.5 ? [] : [`${text} on ${ground}: ${ratio.toFixed(2)}`];
    }),
  );
}

/** WCAG 2.2, §1.4.3: written anew here, so that no library judges itself. */
function contrast(one: string, other: string): number {
  const [dark = 0, bright = 0] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (bright + 0.05) / (dark + 0.05);
}

function luminance(hex: string): number {
  assert.match(hex, /^#[0-9a-f]{6}$/);
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const part = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

test('the colours of page.css can be read, light and dark, and both dark ones are the same', () => {
  assert.equal(darks.length, 2);
  assert.deepEqual(darks[0], darks[1]);
  for (const scheme of [light, ...darks]) assert.deepEqual(tooWeak(scheme), []);
});

test('no seed makes colours that cannot be read, and fields keep an edge of 3 : 1', () => {
  const seeds = fc.integer({ min: 0, max: 0xffffff }).map((value) => value.toString(16).padStart(6, '0'));
  const judge = (seed: string) => {
    const made = schemesOf(seed);
    for (const scheme of [
      { ...light, ...made.light },
      { ...darks[0], ...made.dark },
    ]) {
      assert.deepEqual(tooWeak(scheme), [], seed);
      for (const ground of ['paper', 'card']) {
        assert.ok(contrast(scheme.field ?? '', scheme[ground] ?? '') >= 3, `${seed}: field on ${ground}`);
      }
    }
  };
  fc.assert(fc.property(seeds, judge), { numRuns: 1_000 });
  for (const seed of ['000000', 'ffffff', 'ffff00', '00ff00', '0000ff', 'ff0000', '3d6838', '808080']) judge(seed);
});

test('a theme names only colours that page.css knows', () => {
  for (const [, name] of themeCss('3d6838').matchAll(/--([\w-]+):/g)) assert.ok(name && name in light, name);
});
