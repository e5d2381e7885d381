import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { errorCodes, statusReasons } from '@tijori/wire';
import { errorsFile, errorsPath } from './gen-errors.ts';

const page = readFileSync(errorsPath, 'utf8');

test('docs/errors.md is what the contract says; else run: npm run docs', () => {
  assert.equal(page, errorsFile(page));
});

test('docs/errors.md has one row for each code and each reason, with a cell for everything', () => {
  const rows = page.split('\n').filter((line) => line.startsWith('| `'));
  assert.deepEqual(
    rows.map((row) => /^\| `(\w+)`/.exec(row)?.[1]),
    [...errorCodes(), ...Object.keys(statusReasons)],
  );
  for (const row of rows) assert.match(row, /^(?:(?:\| [^|]*\S ){6}|(?:\| [^|]*\S ){2})\|$/);
});
