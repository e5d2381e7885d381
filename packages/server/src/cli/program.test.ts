import assert from 'node:assert/strict';
import { test } from 'node:test';
import { commands } from './commands.ts';
import { createProgram } from './program.ts';

const namesOf = async (asked?: string) => (await createProgram(asked)).commands.map((command) => command.name());

test('a command is loaded without the others; help, completion and a wrong word know them all', async () => {
  const all = Object.keys(commands);
  assert.deepEqual(await namesOf('keys'), ['keys']);
  for (const asked of [undefined, '--help', 'completion', 'kyes', 'constructor']) {
    assert.deepEqual(await namesOf(asked), all);
  }
});

test('each is listed under the name that it has', async () => {
  for (const [name, load] of Object.entries(commands)) assert.equal((await load()).name(), name);
});
