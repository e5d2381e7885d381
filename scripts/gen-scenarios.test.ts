import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { scenariosDocument, scenariosPath } from './gen-scenarios.ts';

test('docs/scenarios.md is what the table says; else run: node scripts/gen-scenarios.ts', () => {
  assert.equal(readFileSync(scenariosPath, 'utf8'), scenariosDocument());
});
