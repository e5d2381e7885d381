import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { eventSchemasFile, eventSchemasPath } from './gen-event-schemas.ts';

test('docs/events.schema.json is what the contract says; else run: npm run docs', () => {
  assert.equal(readFileSync(eventSchemasPath, 'utf8'), eventSchemasFile());
});
