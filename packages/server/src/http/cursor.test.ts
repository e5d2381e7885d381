import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AppError } from '../domain/app-error.ts';
import { fromCursor, toCursor } from './cursor.ts';

const id = '3f0f6c1e-6a4c-4b1e-9d3a-1c2b3d4e5f60';
const raw = (text: string) => Buffer.from(text).toString('base64url');

test('a place comes back as it went out', () => {
  for (const place of [
    { createdAtMs: 1_763_800_000_000, id },
    { createdAtMs: 1_763_800_000_000, id: '' },
    { createdAtMs: 0, id },
  ]) {
    assert.deepEqual(fromCursor(toCursor(place)), place);
  }
});

test('nothing else is a cursor', () => {
  const good = toCursor({ createdAtMs: 1_763_800_000_000, id });
  const others = ['', 'x', id, good.slice(1), `${good}A`, `${good}=`, `${good} `, raw(`01.${id}`), raw(`-1.${id}`)];
  for (const cursor of [...others, raw('1'), raw(`1.${id}.`), raw(`9007199254740993.${id}`), raw(`1.${id}\n`)]) {
    const refused = (error: unknown) => error instanceof AppError && error.code === 'invalid_cursor';
    assert.throws(() => fromCursor(cursor), refused, cursor);
  }
});
