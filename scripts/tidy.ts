/** `npm run tidy`: borders, sizes, names and forbidden calls, over every file of ours. */
import { globSync, readFileSync } from 'node:fs';
import { join, sep } from 'node:path';
import { check } from './tidy/check.ts';

const root = join(import.meta.dirname, '..');
const patterns = [
  '{packages,e2e,bench,scripts}/**/*.ts',
  'packages/{*,client/src}/package.json',
  'docs/decisions/*.md',
  'packages/*/src/**/*.sql',
];

const files = globSync(patterns, { cwd: root, exclude: ['**/node_modules/**', '**/dist/**'] })
  .map((path) => ({ path: path.replaceAll(sep, '/'), text: readFileSync(join(root, path), 'utf8') }))
  .sort((a, b) => (a.path < b.path ? -1 : 1));
const findings = check(files);

for (const { path, line, message } of findings) console.log(`${path}:${line}  ${message}`);
const count = files.filter(({ path }) => path.endsWith('.ts')).length;
console.log(`tidy: ${count} files, ${findings.length} findings`);
// A run that saw nothing has proved nothing.
if (findings.length > 0 || count === 0) process.exitCode = 1;
