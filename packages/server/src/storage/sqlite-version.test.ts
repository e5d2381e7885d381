import assert from 'node:assert/strict';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import { keepsWhatIsCommitted } from './sqlite-version.ts';

test('versions of SQLite that can lose committed pages are told from those that cannot', () => {
  for (const version of ['3.51.3', '3.51.10', '3.52.1', '3.53.4', '4.0.0', '3.50.7', '3.44.6']) {
    assert.ok(keepsWhatIsCommitted(version), version);
  }
  for (const version of ['3.51.2', '3.51.0', '3.50.6', '3.49.9', '3.45.1', '3.44.5', '3.43.9', '3.7.0']) {
    assert.ok(!keepsWhatIsCommitted(version), version);
  }
});

test('the SQLite of this Node keeps what is committed', () => {
  const connection = new DatabaseSync(':memory:');
  const version = connection.prepare('select sqlite_version() as version').get()?.version;
  connection.close();
  assert.ok(keepsWhatIsCommitted(String(version)), String(version));
});
