import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { openDevFolder } from './dev-folder.ts';

/** From here on Linux gives ports to whoever asks for any; others begin higher. */
const firstOfAny = 32_768;

function folder(t: { after(work: () => void): void }): string {
  const dir = mkdtempSync(join(tmpdir(), 'tijori-dev-'));
  t.after(() => rmSync(dir, { recursive: true }));
  return dir;
}

test('the port of the pretend EntityLocker stays, and is none that a system hands out by itself', async (t) => {
  const dir = folder(t);
  const { simulatorPort } = await openDevFolder(dir);
  assert.ok(simulatorPort < firstOfAny, String(simulatorPort));
  assert.equal((await openDevFolder(dir)).simulatorPort, simulatorPort);
});

test('where the port was taken by another it is a new one, and the keys stay', async (t) => {
  const dir = folder(t);
  const before = await openDevFolder(dir);
  const other = createServer();
  await new Promise<void>((resolve) => other.listen(before.simulatorPort, '127.0.0.1', resolve));
  t.after(() => new Promise((resolve) => other.close(resolve)));
  const after = await openDevFolder(dir);
  assert.notEqual(after.simulatorPort, before.simulatorPort);
  assert.deepEqual(after.secrets, before.secrets);
});
