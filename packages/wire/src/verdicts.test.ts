import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { verdictReasons, verdictStates } from './verdicts.ts';

test('docs/verification.md tells each reason with its state and meaning, and no other', () => {
  const page = readFileSync(new URL('../../../docs/verification.md', import.meta.url), 'utf8');
  const rows = page.slice(page.indexOf('## States and reasons')).match(/^\| `.*$/gm) ?? [];
  const expected = Object.entries(verdictReasons).map(
    ([reason, { state, meaning }]) => `| \`${state}\` | \`${reason}\` | ${meaning} |`,
  );
  assert.deepEqual(rows, [`| \`genuine\` | – | ${verdictStates.genuine} |`, ...expected]);
  const told = new Set(Object.values(verdictReasons).map(({ state }) => state as string));
  assert.deepEqual([...told, 'genuine'].sort(), Object.keys(verdictStates).sort());
});
