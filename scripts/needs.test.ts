import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { findProgram, missingProgram, needs, programs } from './needs.ts';

const table = {
  chromium: { names: ['chromium'], places: [], variable: 'CHROMIUM_PATH', install: 'apt install chromium' },
};

function skipRecorder() {
  const messages: (string | undefined)[] = [];
  return { messages, skip: (message?: string) => void messages.push(message) };
}

/** A folder that is removed after the test, and a maker of programs in it. */
function folder(t: TestContext) {
  const path = mkdtempSync(join(tmpdir(), 'needs-'));
  t.after(() => rmSync(path, { recursive: true }));
  const program = (...parts: string[]) => {
    const file = join(path, ...parts);
    mkdirSync(join(file, '..'), { recursive: true });
    writeFileSync(file, '');
    chmodSync(file, 0o755);
    return file;
  };
  return { path, program };
}

describe('needs', { concurrency: false }, () => {
  it('finds a program on PATH, and not a folder or a plain file of that name', (t) => {
    const { path, program } = folder(t);
    mkdirSync(join(path, 'a', 'chromium'), { recursive: true });
    mkdirSync(join(path, 'b'));
    writeFileSync(join(path, 'b', 'chromium'), '', { mode: 0o644 });
    const file = program('c', process.platform === 'win32' ? 'chromium.exe' : 'chromium');
    const PATH = ['a', 'b', 'c'].map((name) => join(path, name)).join(delimiter);
    const recorder = skipRecorder();
    assert.equal(needs(recorder, 'chromium', { env: { PATH }, table }), file);
    assert.deepEqual(recorder.messages, []);
  });

  it('takes the variable as the last word', (t) => {
    const { path, program } = folder(t);
    const named = program('named', 'browser');
    program('chromium');
    const env = { PATH: path, CHROMIUM_PATH: named };
    assert.equal(findProgram('chromium', { env, table }), named);
    assert.equal(findProgram('chromium', { env: { ...env, CHROMIUM_PATH: join(path, 'none') }, table }), undefined);
  });

  it('looks in the places off PATH, the newest version first', (t) => {
    const { path, program } = folder(t);
    program('9', 'initdb');
    const newest = program('17', 'initdb');
    const place = `${path.replaceAll('\\', '/')}/*/initdb`;
    const initdb = { names: ['initdb'], places: [place], install: 'apt install postgresql' };
    assert.equal(findProgram('initdb', { env: {}, table: { initdb } }), newest);
  });

  it('skips loudly, and the message can be read back', () => {
    const recorder = skipRecorder();
    assert.equal(needs(recorder, 'chromium', { env: {}, table }), undefined);
    assert.deepEqual(recorder.messages, ['needs chromium, which is not on this machine: apt install chromium']);
    assert.deepEqual(missingProgram(recorder.messages[0] ?? ''), { name: 'chromium', install: 'apt install chromium' });
    assert.equal(missingProgram('some other reason'), undefined);
  });

  it('fails instead of skipping where programs are required', () => {
    const recorder = skipRecorder();
    const env = { TIJORI_TESTS_REQUIRE_PROGRAMS: '1' };
    assert.throws(() => needs(recorder, 'chromium', { env, table }), /needs chromium.*apt install chromium/);
    assert.deepEqual(recorder.messages, []);
  });

  it('says for every program how to get it', () => {
    for (const program of Object.values(programs))
      assert.match(program.install, /^(?:apt install|npm install --global) [a-z0-9-]+$/);
  });
});
