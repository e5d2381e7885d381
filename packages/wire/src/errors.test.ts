import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { endpoints, testEndpoints } from './endpoints/index.ts';
import { errorGuide } from './error-guide.ts';
import { errorCatalogue } from './errors.ts';

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

  it('has a guide with cause and cure for every code, in sentences', () => {
    assert.deepEqual(Object.keys(errorGuide).sort(), Object.keys(errorCatalogue).sort());
    for (const [code, { cause, cure }] of Object.entries(errorGuide)) {
      for (const text of [cause, cure]) assert.match(text, /^\S.*\.$/, code);
    }
  });
});
