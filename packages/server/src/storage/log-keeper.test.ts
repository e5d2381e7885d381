import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Checkpointer, openLogKeeper } from './log-keeper.ts';
import { checkpoint, emptyLog, type FoldOutcome, openForReading, openForWriting } from './sqlite-connection.ts';

function scratch(t: TestContext) {
  const dir = mkdtempSync(join(tmpdir(), 'tijori-log-'));
  t.after(() => rmSync(dir, { recursive: true }));
  const path = join(dir, 'tijori.db');
  const connection = openForWriting(path);
  t.after(() => connection.close());
  connection.exec('pragma wal_autocheckpoint = 0; create table notes (text text);');
  const logBytes = () => statSync(`${path}-wal`).size;
  return { path, connection, logBytes };
}

/** The very error that SQLite gives when there is no room. */
function noRoom(): Error {
  const small = new DatabaseSync(':memory:');
  try {
    small.exec('create table a (x); pragma max_page_count = 2; insert into a values (zeroblob(100000));');
  } catch (error) {
    return error as Error;
  } finally {
    small.close();
  }
  throw new Error('there was room');
}

function keeperOf(t: TestContext, outcomes: FoldOutcome[]) {
  const asked: string[] = [];
  let answer: (outcome: FoldOutcome) => void = () => {};
  const keeper = openLogKeeper({
    foldHere(how) {
      asked.push(how);
      return outcomes.shift() ?? 'done';
    },
    startCheckpointer(answered): Checkpointer {
      answer = answered;
      return { fold: () => asked.push('beside'), close: async () => {} };
    },
    idleMs: 5,
    againMs: 5,
  });
  t.after(() => keeper.close());
  return { keeper, asked, answer: (outcome: FoldOutcome) => answer(outcome) };
}

async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await sleep(2);
}

test('a fold for which the disk has no room is no failure: rows stay readable, and it is done when there is room', (t) => {
  const { connection } = scratch(t);
  connection.exec("insert into notes values ('kept')");
  const get = () => {
    throw noRoom();
  };
  const full = { exec: () => {}, prepare: () => ({ get }) } as unknown as DatabaseSync;
  assert.equal(checkpoint(full), 'full');
  assert.equal(emptyLog(full), 'full');
  assert.equal(connection.prepare('select text from notes').get()?.text, 'kept');
  assert.equal(checkpoint(connection), 'done');
});

test('a fold that fails otherwise is told', (t) => {
  const { path } = scratch(t);
  const connection = openForWriting(path);
  connection.close();
  assert.throws(() => checkpoint(connection));
});

test('a fold that found no room is tried again while nobody writes, until there is some', async (t) => {
  const { asked } = keeperOf(t, ['full', 'full', 'full', 'done']);
  await until(() => asked.length === 4);
  await sleep(30);
  assert.deepEqual(asked, ['empty', 'empty', 'empty', 'empty']);
});

test('a checkpointer that found no room is asked again only when much more was written', async (t) => {
  const { keeper, asked, answer } = keeperOf(t, []);
  for (let group = 0; group < 400; group += 1) keeper.grown();
  assert.deepEqual(asked, ['beside']);
  answer('full');
  for (let group = 0; group < 399; group += 1) keeper.grown();
  assert.deepEqual(asked, ['beside']);
  keeper.grown();
  assert.deepEqual(asked, ['beside', 'beside']);
  answer('done');
  assert.deepEqual(asked, ['beside', 'beside', 'fold']);
  await until(() => asked.length === 4);
  assert.equal(asked.at(-1), 'empty');
});

test('when nobody writes the log is emptied, and what was erased is nowhere in the folder', async (t) => {
  const { path, connection, logBytes } = scratch(t);
  connection.exec("insert into notes values ('erased later'); delete from notes;");
  assert.ok(logBytes() > 0);
  const keeper = openLogKeeper({
    foldHere: (how) => (how === 'empty' ? emptyLog(connection) : checkpoint(connection)),
    startCheckpointer: () => assert.fail('not so much was written'),
    idleMs: 5,
  });
  t.after(() => keeper.close());
  await until(() => logBytes() === 0);
  assert.ok(!readFileSync(path).includes('erased later'));
});

test('a reader in the way holds up the emptying and no write, and it is done after him', (t) => {
  const { path, connection, logBytes } = scratch(t);
  connection.exec("insert into notes values ('one')");
  const reader = openForReading(path);
  reader.exec('begin');
  reader.prepare('select * from notes').all();
  connection.exec("insert into notes values ('two')");
  const beganMs = performance.now();
  assert.equal(emptyLog(connection), 'held');
  assert.ok(performance.now() - beganMs < 4_000, 'it waited for the reader');
  connection.exec("insert into notes values ('three')");
  assert.ok(logBytes() > 0);
  assert.equal(connection.prepare('pragma busy_timeout').get()?.timeout, 5_000);
  reader.close();
  assert.equal(emptyLog(connection), 'done');
  assert.equal(logBytes(), 0);
  assert.equal(connection.prepare('select count(*) as n from notes').get()?.n, 3);
});

test('an answer that comes while it is closed begins nothing more', async (t) => {
  const { keeper, asked, answer } = keeperOf(t, []);
  for (let group = 0; group < 400; group += 1) keeper.grown();
  await keeper.close();
  answer('done');
  // Longer than its pauses: a timer that began anew would run out.
  await sleep(30);
  assert.deepEqual(asked, ['beside']);
});
