import assert from 'node:assert/strict';
import { hash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { compact, pageStylesheet, stylesheet } from './stylesheet.ts';

test('a compact stylesheet says what the long one does', () => {
  assert.equal(
    compact(
      '/* a\n b */\na:hover,\n*::before {\n  font:\n    1rem / 1.5 system-ui,\n    "Noto Sans";\n  width: min(100%, calc(1rem + 2px));\n}\n',
    ),
    'a:hover,*::before{font:1rem / 1.5 system-ui,"Noto Sans";width:min(100%,calc(1rem + 2px))}',
  );
  const long = readFileSync(new URL('page.css', import.meta.url), 'utf8');
  const count = (css: string, sign: string) => css.replace(/\/\*[\s\S]*?\*\//g, '').split(sign).length;
  for (const sign of ['{', '}', '@media', ' + ', ' > ', 'var(--']) {
    assert.equal(count(pageStylesheet.css, sign.trim()), count(long, sign.trim()), sign);
  }
  for (const [text] of long.matchAll(/"[^"\n]*"/g)) assert.equal(compact(text), text, 'compacting changes no text');
  assert.doesNotMatch(pageStylesheet.css, /@import|url\(|<\//, 'it brings nothing and ends no tag');
});

test('its source is its hash, so that a policy allows it and no other', () => {
  const { css, source } = stylesheet('a{color:red}');
  assert.equal(source, `'sha256-${hash('sha256', css, 'base64')}'`);
  assert.notEqual(source, stylesheet('a{color:blue}').source);
});
