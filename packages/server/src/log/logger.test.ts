import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { openLogger } from './logger.ts';

test('a log whose disk is full loses its lines, and nobody else anything', async () => {
  // The device that never has room; only Linux has it.
  if (!existsSync('/dev/full')) return;
  const log = openLogger({ level: 'info', file: '/dev/full' });
  const request = { transactionId: 't', method: 'GET', route: '/', status: 200, elapsedMs: 1, workspaceId: undefined };
  for (let line = 0; line < 500; line += 1) log.request(request);
  log.error({ detail: 'x' }, 'still here');
  // An unheard error of the destination would end the process in one of these turns.
  await wait(50);
  log.error({ detail: 'x' }, 'and here');
  await wait(50);
  assert.ok(true);
});
