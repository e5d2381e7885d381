import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Ledger } from './ledger.ts';

test('a session that may have come of age is picked by nobody: that it is over is no loss', () => {
  const ledger = new Ledger();
  ledger.open(1);
  ledger.created('old', Date.now() - 55 * 60_000);
  assert.equal(
    ledger.pickRecent(() => 0),
    undefined,
  );
  ledger.created('new', Date.now());
  assert.equal(ledger.pickRecent(() => 0)?.id, 'new');
  assert.equal(
    ledger.pickRecent(() => 0.99),
    undefined,
  );
});
