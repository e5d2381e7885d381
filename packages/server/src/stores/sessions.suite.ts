import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Session } from '../domain/session.ts';
import type { TestEngine } from '../testing/engines.ts';
import { sessionWith } from '../testing/session.ts';
import { sessionsStore } from './sessions.ts';

/** Each on its own, so that none is lost where the others are missing. */
const said: Partial<Session>[] = [
  {},
  { mode: 'live', flow: 'signup' },
  { family: 'api' },
  { returnUrl: 'https://lender.example/' },
  { consentExpiresAtMs: 7 },
  { reference: 'A' },
  { metadata: {} },
  { metadata: { a: 'b' } },
  { purposes: { gstn_details: 'A loan' } },
  { locale: 'en-IN' },
  { expectedEntity: { by: 'pan', value: 'ZZZCZ9999Z' } },
  { scenario: 'deny' },
  { status: 'failed', statusReason: 'consent_denied', updatedAtMs: 3, exchangeFailures: 2 },
  { status: 'succeeded', updatedAtMs: 3, documentsConsented: ['gstn_details'], documentsExpireAtMs: 9 },
];

export function sessionsSuite({ name, open }: TestEngine): void {
  test(`${name}: a session comes back as it went in, whatever was said about it`, async (t) => {
    const db = await open(t);
    if (!db) return;
    const sessions = sessionsStore(db);
    const all = said.map((change, index) => sessionWith({ id: String(index), createdAtMs: index + 1, ...change }));
    await db.commit([...all, sessionWith(Object.assign({ id: 'all' }, ...said))].map(sessions.insertion));
    for (const session of all) assert.deepEqual(await sessions.find(session.id), session);
    assert.deepEqual(await sessions.find('all'), sessionWith(Object.assign({ id: 'all' }, ...said)));
  });
}
