import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { TestEngine } from '../testing/engines.ts';
import { consentsStore } from './consents.ts';

export function consentsSuite({ name, open }: TestEngine): void {
  test(`${name}: a session has so many withdrawal codes at the most, each of them its own, until all are removed`, async (t) => {
    const db = await open(t);
    if (!db) return;
    const consents = consentsStore(db);
    const add = (session: string, code: string) => db.commit([consents.code(session, code, { atMs: 7, codesMax: 2 })]);
    assert.deepEqual(
      [await add('a', 'a1'), await add('a', 'a2'), await add('a', 'a3')],
      ['committed', 'committed', 'conflict'],
    );
    assert.equal(await add('b', 'b1'), 'committed');
    const found = await Promise.all(['a1', 'a2', 'a3', 'b1'].map((code) => consents.sessionOfCode(code)));
    assert.deepEqual(found, ['a', 'a', undefined, 'b']);
    await db.commit([consents.codeRemoval('a')]);
    assert.deepEqual([await consents.sessionOfCode('a1'), await consents.sessionOfCode('b1')], [undefined, 'b']);
  });
}
