import assert from 'node:assert/strict';
import { it } from 'node:test';
import { keptUntilMs } from './document.ts';

const minuteMs = 60_000;
const retentionMs = 60 * minuteMs;

it('a document that came in time has no end of its own; a late one is kept as long from then, and no longer than the consent', () => {
  const session = { updatedAtMs: 1_000, consentValidUntilMs: 1_000 + 150 * minuteMs };
  const endOf = (afterMs: number, given = session) => {
    return keptUntilMs(given, { fetchedAtMs: 1_000 + afterMs, retentionMs });
  };
  assert.equal(endOf(0), null);
  assert.equal(endOf(minuteMs), null);
  assert.equal(endOf(minuteMs + 1), 1_000 + minuteMs + 1 + retentionMs);
  assert.equal(endOf(100 * minuteMs), session.consentValidUntilMs);
  assert.equal(
    keptUntilMs(session, { fetchedAtMs: 1_000 + minuteMs, retentionMs: minuteMs }),
    1_000 + 2 * minuteMs,
    'of a short retention the second half is late',
  );
});
