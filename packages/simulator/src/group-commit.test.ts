import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import { openState, type State } from './state.ts';
import { authorizeUrl, browserOf, otpOf, testSimulator } from './test-simulator.ts';

/** A file, and a second connection that sees only what is committed. */
function watchedFile(t: { after(work: () => void): void }) {
  const dir = mkdtempSync(join(tmpdir(), 'tijori-simulator-'));
  const path = join(dir, 'state.db');
  openState(path).close();
  const watcher = new DatabaseSync(path, { readOnly: true });
  t.after(() => {
    watcher.close();
    rmSync(dir, { recursive: true, force: true });
  });
  const columnOf = (sql: string) =>
    watcher
      .prepare(sql)
      .all()
      .map((row) => Object.values(row)[0]);
  return { path, consents: () => columnOf('select id from consent order by id'), columnOf };
}

function insertConsent(state: State, id: string): void {
  const columns = 'id, client_id, mobile, entity_id, document_uris, scope, new_account, reference_key';
  const values = `'${id}', 'c', 'm', 'e', '[]', 's', 0, 'k', 0, 1`;
  state.db.exec(`insert into consent (${columns}, granted_at_ms, valid_till_s) values (${values})`);
}

test('transactions of one turn are committed together at its end, and a failed one takes back only its own', async (t) => {
  const { path, consents } = watchedFile(t);
  const state = openState(path);
  state.transaction(() => insertConsent(state, 'a'));
  assert.throws(() =>
    state.transaction(() => {
      insertConsent(state, 'b');
      insertConsent(state, 'a');
    }),
  );
  assert.equal(
    state.transaction(() => {
      insertConsent(state, 'c');
      return 'done';
    }),
    'done',
  );
  assert.deepEqual(consents(), []);
  await state.settled();
  assert.deepEqual(consents(), ['a', 'c']);
  state.transaction(() => insertConsent(state, 'd'));
  state.close();
  assert.deepEqual(consents(), ['a', 'c', 'd']);
});

test('a commit that fails is heard of by all who wait, keeps nothing, and spoils nothing that comes later', async (t) => {
  const { path, consents } = watchedFile(t);
  const state = openState(path);
  state.transaction(() => insertConsent(state, 'a'));
  const first = state.settled();
  state.transaction(() => {
    // Checked only at the commit: this consent does not exist.
    state.db.exec('pragma defer_foreign_keys = on');
    state.db.exec("insert into code values ('h', 'nobody', 'r', 'c', 1, null)");
  });
  await assert.rejects(first, /FOREIGN KEY/);
  await assert.rejects(state.settled(), /FOREIGN KEY/);
  state.transaction(() => insertConsent(state, 'b'));
  await state.settled();
  assert.deepEqual(consents(), ['b']);
  state.transaction(() => {
    state.db.exec('pragma defer_foreign_keys = on');
    state.db.exec("insert into code values ('h', 'nobody', 'r', 'c', 1, null)");
  });
  assert.throws(() => state.commit(), /FOREIGN KEY/);
  state.close();
});

test('no answer goes out before what it tells is on disk', async (t) => {
  const { path, columnOf } = watchedFile(t);
  const wrong: string[] = [];
  const simulator = await testSimulator({ statePath: path });
  t.after(() => simulator.close());
  simulator.app.addHook('onSend', async (request) => {
    const [id] = /journey\/([^/?]+)/.exec(request.url)?.slice(1) ?? [];
    const steps = columnOf(
      id === undefined ? 'select step from journey' : `select step from journey where id = '${id}'`,
    );
    const due = request.url.includes('authorize') ? 'sign_in' : request.url.endsWith('/sign-in') ? 'otp' : undefined;
    if (due !== undefined && steps.at(-1) !== due) wrong.push(`${request.url} was answered at ${steps}`);
  });
  const pages = await Promise.all(
    Array.from({ length: 8 }, async () => {
      const browser = browserOf(simulator.app);
      await browser.open(authorizeUrl());
      return browser.post('sign-in', { mobile: '5550000001' });
    }),
  );
  for (const page of pages) assert.match(otpOf(page), /^\d{6}$/);
  assert.deepEqual(wrong, []);
});

test('the file of the state is for its owner alone', (t) => {
  const { path } = watchedFile(t);
  assert.equal(statSync(path).mode & 0o777, 0o600);
});
