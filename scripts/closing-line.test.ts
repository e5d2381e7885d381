import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';

const reporter = new URL('./closing-line.ts', import.meta.url).href;
const needsModule = new URL('./needs.ts', import.meta.url).href;

/** Runs made-up test files under the reporter, in a runner of their own. */
async function report(t: TestContext, files: Record<string, string>) {
  const cwd = mkdtempSync(join(tmpdir(), 'closing-line-'));
  t.after(() => rmSync(cwd, { recursive: true }));
  for (const [name, text] of Object.entries(files)) {
    writeFileSync(
      join(cwd, name),
      `import assert from 'node:assert';\nimport { describe, it, before } from 'node:test';\n${text}`,
    );
  }
  const args = ['--test', '--test-isolation=none', '--test-force-exit', `--test-reporter=${reporter}`, '*.test.mjs'];
  // The runner marks its children; left in, the mark would make this one believe that it is such a child.
  const { NODE_TEST_CONTEXT: _, ...env } = process.env;
  const { promise, resolve } = Promise.withResolvers<{ exitCode: number; output: string; last: string | undefined }>();
  const child = execFile(process.execPath, args, { cwd, env: { ...env, NO_COLOR: '1' } }, (_error, output) => {
    resolve({ exitCode: child.exitCode ?? -1, output, last: output.trimEnd().split('\n').at(-1) });
  });
  return promise;
}

describe('closing line', { concurrency: true }, () => {
  it('counts tests and not suites, and is quiet about what passed', async (t) => {
    const { exitCode, output, last } = await report(t, {
      'a.test.mjs': `describe('suite', () => { it('one', () => {}); it('two', () => {}); });`,
      'b.test.mjs': `it('three', () => {});`,
    });
    assert.equal(last, '3 passed, 0 failed');
    assert.equal(exitCode, 0);
    assert.match(output, /✔ a\.test\.mjs +2 {2}\d+ ms\n✔ b\.test\.mjs +1 {2}/);
    assert.doesNotMatch(output, /one|suite/);
    assert.ok(output.endsWith('\n\n3 passed, 0 failed\n'));
  });

  it('tells each failure in full, under its whole name', async (t) => {
    const { exitCode, output, last } = await report(t, {
      'a.test.mjs': `describe('suite', () => { it('good', () => {}); it('bad', () => assert.strictEqual(1, 2)); });`,
      'b.test.mjs': `it('wrapped', () => { throw new Error('outer', { cause: new Error('inner') }); });`,
    });
    assert.equal(last, '1 passed, 2 failed');
    assert.equal(exitCode, 1);
    assert.match(output, /✖ suite › bad\n {2}a\.test\.mjs:3\n {2}AssertionError/);
    assert.match(output, /Error: outer\n[\s\S]*caused by Error: inner/);
    assert.doesNotMatch(output, /node:internal/);
  });

  it('tells loudly what did not run for want of a program', async (t) => {
    const { exitCode, output, last } = await report(t, {
      'a.test.mjs': `import { needs } from '${needsModule}';
        const env = {};
        const table = { qpdf: { names: ['qpdf'], places: [], install: 'apt install qpdf' } };
        it('good', () => {});
        it('linearised', (t) => { needs(t, 'qpdf', { env, table }); });`,
    });
    assert.equal(last, '1 passed, 0 failed, 1 skipped');
    assert.equal(exitCode, 0);
    assert.match(output, /✔ a\.test\.mjs +1 1 skipped {2}/);
    assert.match(output, /did NOT run[\s\S]*qpdf is missing: {2}apt install qpdf\n {4}a\.test\.mjs {2}linearised/);
  });

  it('counts what a broken hook kept from running, and a file that does not load', async (t) => {
    const { exitCode, output, last } = await report(t, {
      'a.test.mjs': `describe('s', () => { before(() => { throw new Error('hook'); }); it('never', () => {}); });`,
      'b.test.mjs': `import './nowhere.mjs';`,
    });
    assert.equal(last, '0 passed, 2 failed');
    assert.equal(exitCode, 1);
    assert.match(output, /Error: hook/);
    assert.match(output, /nowhere\.mjs/);
  });

  it('says "failed" when the run failed outside any test', async (t) => {
    const { exitCode, output, last } = await report(t, {
      'a.test.mjs': `it('leaves a bomb', () => { setTimeout(() => { throw new Error('late'); }, 1); });
        it('waits', () => new Promise((resolve) => setTimeout(resolve, 50)));`,
    });
    assert.equal(last, '2 passed, 1 failed');
    assert.equal(exitCode, 1);
    assert.match(output, /outside any test[\s\S]*late/);
  });

  it('names what a test left open, and ends all the same', async (t) => {
    const { exitCode, output, last } = await report(t, {
      'a.test.mjs': `it('leaks', () => { setInterval(() => {}, 1_000); });`,
    });
    assert.equal(last, '1 passed, 0 failed');
    assert.equal(exitCode, 0);
    assert.match(output, /left open by some test: Timeout × 1/);
  });

  it('does not pass a run without tests', async (t) => {
    const { exitCode, last } = await report(t, {});
    assert.equal(last, '0 passed, 0 failed');
    assert.equal(exitCode, 1);
  });
});
