import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { isDataDirTaken, lockDataDir } from './data-lock.ts';

test('a data folder is taken by one, and needs no room on the disk for it', (t) => {
  const dir = mkdtempSync(join(tmpdir(), 'tijori-lock-'));
  t.after(() => rmSync(dir, { recursive: true }));
  const release = lockDataDir(dir);
  assert.deepEqual(readdirSync(dir), ['lock']);
  assert.equal(statSync(join(dir, 'lock')).size, 0);
  assert.ok(isDataDirTaken(dir));
  assert.throws(() => lockDataDir(dir), /Another Tijori is running/);
  release();
  assert.ok(!isDataDirTaken(dir));
  lockDataDir(dir)();
});
