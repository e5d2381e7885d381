import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
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

test('a log whose disk is full can be closed, and takes calls after that without a word', async () => {
  if (!existsSync('/dev/full')) return;
  const log = openLogger({ level: 'info', file: '/dev/full' });
  log.error({ detail: 'x' }, 'never written');
  await log.close();
  log.error({ detail: 'x' }, 'too late');
  await log.close();
});

test('a process whose log is on a full disk ends when it is told to', () => {
  if (!existsSync('/dev/full')) return;
  const program = `
    const { openLogger } = await import(${JSON.stringify(import.meta.resolve('./logger.ts'))});
    const log = openLogger({ level: 'info', file: '/dev/full' });
    log.error({}, 'never written');
    setTimeout(() => process.exit(7), 1_500);`;
  // The log tries to write every half second.
  const args = ['--input-type=module', '--eval', program];
  const { status, stderr } = spawnSync(process.execPath, args, { timeout: 60_000, killSignal: 'SIGKILL' });
  assert.equal(status, 7, String(stderr));
});

test('what was logged last is in the file when the log is closed', async (t) => {
  const dir = mkdtempSync(join(tmpdir(), 'tijori-log-'));
  t.after(() => rmSync(dir, { recursive: true }));
  const file = join(dir, 'log');
  const log = openLogger({ level: 'info', file });
  const detail = 'x'.repeat(200);
  for (let line = 0; line < 2_000; line += 1) log.info({ line, detail }, 'one of many');
  await log.close();
  const lines = readFileSync(file, 'utf8').trimEnd().split('\n');
  assert.equal(lines.length, 2_000);
  assert.equal(JSON.parse(lines.at(-1) ?? '').line, 1_999);
});
