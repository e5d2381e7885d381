import assert from 'node:assert/strict';
import { DatabaseSync } from 'node:sqlite';
import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { test } from 'node:test';
import { AppError } from '../domain/app-error.ts';
import { tellError } from './explain-error.ts';
import { screenOf } from './screen.ts';

async function told(error: unknown): Promise<string> {
  const out = new PassThrough();
  await tellError(error, screenOf(out as unknown as NodeJS.WriteStream), { json: false });
  out.end();
  return text(out);
}

test('who finds the disk full is told to make room, whatever found it', async () => {
  const small = new DatabaseSync(':memory:');
  small.exec('create table a (x); pragma max_page_count = 2');
  let full: unknown;
  try {
    small.exec('insert into a values (zeroblob(100000))');
  } catch (error) {
    full = error;
  }
  small.close();
  const file = Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' });
  for (const error of [full, file, new AppError('storage_full', { detail: 'database or disk is full' })]) {
    assert.match(await told(error), /Make room on the disk, then try again\./, String(error));
  }
  assert.doesNotMatch(await told(new Error('another fault')), /Make room/);
});
