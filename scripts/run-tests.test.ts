import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { runTests } from './run-tests.ts';

/** Runs made-up files, each a lane of its own. */
const run = (t: TestContext, ...texts: string[]) => runFor(60_000, t, ...texts);

/** … and gives a process so long to end, ms. */
async function runFor(endMs: number, t: TestContext, ...texts: string[]) {
  const cwd = mkdtempSync(join(tmpdir(), 'run-tests-'));
  t.after(() => rmSync(cwd, { recursive: true }));
  const lanes = texts.map((text, index) => {
    writeFileSync(join(cwd, `${index}.test.mjs`), `import { it } from 'node:test';\n${text}`);
    return [`${index}.test.mjs`];
  });
  const lines: string[] = [];
  const isGood = await runTests([...lanes, []], cwd, (line) => lines.push(line), endMs);
  return { isGood, lines, last: lines.at(-1), told: lines.join('\n') };
}

const bad = (name: string) => `it('${name}', () => { throw new Error('${name} is wrong'); });`;

describe('npm test', { concurrency: true }, () => {
  it('ends with one line that counts the tests of all processes', async (t) => {
    const { isGood, last, told } = await run(
      t,
      "it('one', () => {}); it('two', () => {});",
      "it('three', () => {}); it('later', { skip: 'no reason' }, () => {});",
    );
    assert.equal(last, '3 passed, 0 failed, 1 skipped');
    assert.equal(isGood, true);
    assert.match(told, /✔ 0\.test\.mjs +2 /);
    assert.match(told, /1 skipped: these did NOT run[\s\S]*no reason/);
    assert.equal(told.match(/passed/g)?.length, 1);
  });

  it('tells the failures of each process in one piece, and has failed', async (t) => {
    const { isGood, last, lines } = await run(t, bad('first'), bad('second'), "it('good', () => {});");
    assert.equal(last, '1 passed, 2 failed');
    assert.equal(isGood, false);
    const [first, second, good] = ['first is wrong', 'second is wrong', '✔ 2.test'].map((text) =>
      lines.findIndex((line) => line.includes(text)),
    );
    assert.ok((good ?? 0) < (first ?? 0) && (first ?? 0) < (second ?? 0), 'files as they end, findings after them');
  });

  it('has failed if a process dies in the middle, or ends badly after a good line', async (t) => {
    const dead = await run(t, "it('dies', () => process.kill(process.pid, 'SIGKILL'));", "it('good', () => {});");
    assert.equal(dead.last, '1 passed, 1 failed');
    assert.match(dead.told, /0\.test\.mjs … ended without a closing line \(SIGKILL\)/);
    const late = await run(t, "it('good', () => process.once('exit', () => { process.exitCode = 7; }));");
    assert.equal(late.last, '1 passed, 1 failed');
    assert.deepEqual([dead.isGood, late.isGood], [false, false]);
  });

  it('ends a process that has told all and does not end, and counts what it told', async (t) => {
    const staying = 'process.exit = () => {}; setInterval(() => {}, 1_000);';
    const good = await runFor(300, t, `${staying} it('good', () => {});`);
    assert.equal(good.last, '1 passed, 0 failed');
    assert.equal(good.isGood, true);
    assert.match(good.told, /0\.test\.mjs … had told all and did not end/);
    const wrong = await runFor(300, t, `${staying} ${bad('bad')}`);
    assert.equal(wrong.last, '0 passed, 1 failed');
    assert.equal(wrong.isGood, false);
  });

  it('tries a file that failed beside the others once more alone, and tells both tries', async (t) => {
    const mark = join(tmpdir(), `run-tests-${process.pid}-${Date.now()}`);
    t.after(() => rmSync(mark, { force: true }));
    const starved = `import { existsSync, writeFileSync } from 'node:fs';
      it('starved', () => { if (!existsSync('${mark}')) { writeFileSync('${mark}', ''); throw new Error('too late'); } });
      it('quick', () => {});`;
    const { isGood, last, told } = await run(t, starved, "it('good', () => {});");
    assert.equal(last, '3 passed, 0 failed');
    assert.equal(isGood, true);
    assert.match(told, /too late[\s\S]*tried again alone: 0\.test\.mjs[\s\S]*✔ 0\.test\.mjs/);
    assert.doesNotMatch(told, /✔ 1\.test[\s\S]*✔ 1\.test/);
  });

  it('tries nothing again where many files failed, or where an error belongs to no test', async (t) => {
    const many = await run(t, ...['a', 'b', 'c', 'd', 'e'].map(bad));
    assert.equal(many.last, '0 passed, 5 failed');
    assert.doesNotMatch(many.told, /tried again/);
    const late = `it('inside', () => { setTimeout(() => { throw new Error('later'); }, 30); throw new Error('wrong'); });
      it('waits', () => new Promise((done) => setTimeout(done, 150)));`;
    const outside = await run(t, late, "it('good', () => {});");
    assert.doesNotMatch(outside.told, /tried again/);
    assert.equal(outside.isGood, false);
  });

  it('has proved nothing without a test', async (t) => {
    const { isGood, last } = await run(t);
    assert.deepEqual([isGood, last], [false, '0 passed, 0 failed']);
  });
});
