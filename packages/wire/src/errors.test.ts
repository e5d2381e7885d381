import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { endpoints, testEndpoints } from './endpoints/index.ts';
import { errorCatalogue } from './errors.ts';
import { statusReasons } from './status-reasons.ts';

const page = readFileSync(new URL('../../../docs/errors.md', import.meta.url), 'utf8');
const rowsOf = (text: string) => [...text.matchAll(/^\| (.+) \|$/gm)].map(([, row = '']) => row.split(' | '));
const [errors = '', reasons = ''] = page.split('\n## ');
const rows = rowsOf(errors);

describe('docs/errors.md', () => {
  it('lists each code of the catalogue once, with its status, text and retry, and nothing else', () => {
    const listed = rows
      .filter(([code]) => code?.startsWith('`'))
      .map(([code, status, message, retry]) => ({ code: code?.replaceAll('`', ''), status, message, retry }));
    const catalogued = Object.entries(errorCatalogue).map(([code, { status, message, retryable }]) => ({
      code,
      status: String(status),
      message,
      retry: retryable ? 'yes' : 'no',
    }));
    const byCode = (left: { code: string | undefined }, right: { code: string | undefined }) =>
      (left.code ?? '') < (right.code ?? '') ? -1 : 1;
    assert.deepEqual(listed.sort(byCode), catalogued.sort(byCode));
  });

  it('says for each a cause and a cure', () => {
    for (const row of rows) {
      assert.equal(row.length, 6, row[0]);
      for (const cell of row) assert.ok(cell.trim().length > 0, row[0]);
    }
  });
});

describe('the reasons in docs/errors.md', () => {
  it('are those of the wire, in its words', () => {
    const listed = rowsOf(reasons).filter(([reason]) => reason?.startsWith('`'));
    assert.deepEqual(
      listed,
      Object.entries(statusReasons).map(([reason, text]) => [`\`${reason}\``, text]),
    );
  });
});

describe('the error catalogue', () => {
  it('fills in only what the caller itself sent, and a fixed list of names', () => {
    for (const { message } of Object.values(errorCatalogue)) {
      for (const [, blank] of message.matchAll(/\{(\w+)\}/g)) {
        assert.ok(['id', 'doc_type', 'scenarios', 'personas', 'actions', 'choices'].includes(blank ?? ''));
      }
    }
  });

  it('has every code that an endpoint names', () => {
    for (const { errors } of [...endpoints, ...testEndpoints])
      for (const code of errors) assert.ok(Object.hasOwn(errorCatalogue, code), code);
  });
});
