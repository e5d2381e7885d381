import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { ListDocumentsResponse } from '@tijori/wire';
import { walk } from '../testing/api.ts';
import { ownApi } from '../testing/families.ts';
import { startTestGateway, type TestGateway } from '../testing/gateway.ts';
import { allRows } from '../testing/rows.ts';
import { judgeAgain } from '../usecases/documents/judge-again.ts';
import type { Verifier } from '../verify/verifier.ts';

describe('a document on which the verifier broke', () => {
  let gateway: TestGateway;
  let own: ReturnType<typeof ownApi>;
  let real: Verifier;
  before(async () => {
    gateway = await startTestGateway();
    own = ownApi(gateway, await gateway.newKey());
    real = gateway.deps.verifier;
  });
  after(() => gateway.close());

  let judged = 0;
  /** Breaks as a thread does that has no memory left. */
  const broken: Verifier['judge'] = async (bytes, order) => {
    judged += 1;
    const { verdict } = await real.judge(bytes, order);
    const nothing = { signer: null, chain: [], algorithm: null } as const;
    return { verdict: { ...verdict, ...nothing, state: 'unreadable', reason: 'verifier_failed' }, material: [] };
  };
  const consented = async () => {
    gateway.deps.verifier = { ...real, judge: broken };
    const { id } = await own.newSession({ documents: [{ type: 'gstn_details' }] });
    await walk(gateway, id);
    await gateway.deps.background.idle();
    return id;
  };
  const verdictOf = async (id: string) => {
    const answer = await own.send({ method: 'GET', url: `/v1/sessions/${id}/documents` });
    const verdict = answer.json<ListDocumentsResponse>().documents[0]?.files[0]?.verdict;
    return [verdict?.state, verdict?.reason];
  };
  const pass = async (ms: number) => {
    gateway.clock.nowMs += ms;
    await judgeAgain(gateway.deps, 5);
  };

  it('is judged again a minute later, and everybody is told the new verdict', async () => {
    const id = await consented();
    assert.deepEqual(await verdictOf(id), ['unreadable', 'verifier_failed']);
    gateway.deps.verifier = real;
    await pass(59_000);
    assert.deepEqual(await verdictOf(id), ['unreadable', 'verifier_failed']);
    await pass(1_000);
    assert.deepEqual(await verdictOf(id), ['genuine', null]);
    const { timeline } = (await own.get(id)).json<{ timeline: { action: string; detail: string }[] }>();
    assert.deepEqual(
      timeline.filter(({ action }) => action === 'document.judged').map(({ detail }) => detail),
      ['gstn_details unreadable verifier_failed', 'gstn_details genuine'],
    );
    const told = (allRows(gateway).events ?? []).filter(
      (row) => row.includes(id) && row.includes('document.available'),
    );
    assert.deepEqual(told.filter((row) => row.includes('genuine')).length, 1);
  });

  it('says nothing more of a document that was erased while it was judged', async () => {
    const id = await consented();
    gateway.deps.verifier = {
      ...real,
      judge: async (bytes, order) => {
        assert.equal((await own.send({ method: 'POST', url: `/v1/sessions/${id}/withdraw` })).statusCode, 200);
        return real.judge(bytes, order);
      },
    };
    await pass(60_000);
    gateway.deps.verifier = real;
    assert.deepEqual(await verdictOf(id), ['unreadable', 'verifier_failed']);
    const { timeline } = (await own.get(id)).json<{ timeline: { action: string }[] }>();
    assert.equal(timeline.filter(({ action }) => action === 'document.judged').length, 1);
  });

  it('does not keep others from being judged where its file is gone or cannot be opened', async () => {
    const damaged = await consented();
    const [document] = await gateway.deps.stores.documents.ofSession(damaged);
    await gateway.deps.blobs.remove(document?.held?.blob ?? '');
    gateway.clock.nowMs += 1;
    const sound = await consented();
    gateway.deps.verifier = real;
    gateway.clock.nowMs += 60_000;
    // One after the other: the erased one of the test before, the damaged one, the sound one.
    for (let turn = 0; turn < 3; turn += 1) await judgeAgain(gateway.deps, 1);
    assert.deepEqual(await verdictOf(sound), ['genuine', null]);
    for (const minutes of [4, 16, 64, 256]) await pass(minutes * 60_000);
    const left = await gateway.deps.stores.verdicts.broken(Number.MAX_SAFE_INTEGER, 5);
    assert.ok(!left.some(({ documentId }) => documentId === document?.id), 'and is given up in the end');
  });

  it('is judged five times at most, less and less often', async () => {
    const id = await consented();
    judged = 0;
    // The token does not last so long.
    const kept = async () => [...(await gateway.deps.stores.verdicts.ofSession(id)).values()][0]?.reason;
    const after: boolean[] = [];
    // A millisecond before each time, and then.
    for (const minutes of [1, 4, 16, 64, 256]) {
      for (const ms of [minutes * 60_000 - 1, 1]) {
        const before = judged;
        await pass(ms);
        after.push(judged > before);
      }
    }
    assert.deepEqual(
      after,
      [1, 2, 3, 4, 5].flatMap(() => [false, true]),
    );
    assert.equal(await kept(), 'verifier_failed');
    gateway.deps.verifier = real;
    await pass(24 * 60 * 60_000);
    assert.equal(await kept(), 'verifier_failed');
  });
});
