import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { exitCodes } from '../packages/server/src/cli/exit-codes.ts';
import { cliFile, cliPath } from './gen-cli.ts';

const page = readFileSync(cliPath, 'utf8');

test('docs/cli.md is what the commands say; else run: npm run docs', async () => {
  assert.equal(page, await cliFile(page));
});

test('docs/cli.md names every exit code, and no two ends share one', () => {
  const codes = Object.values(exitCodes).map(({ code }) => code);
  assert.equal(new Set(codes).size, codes.length);
  for (const code of codes) assert.match(page, new RegExp(`^\\| ${code} \\| \`\\w+\` \\| .+\\. \\|$`, 'm'));
});
