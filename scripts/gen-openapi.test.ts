import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { openApiFile, openApiPath } from './gen-openapi.ts';

test('docs/openapi.json is what the contract says; else run: npm run openapi', () => {
  assert.equal(readFileSync(openApiPath, 'utf8'), openApiFile());
});
