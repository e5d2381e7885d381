import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, it } from 'node:test';
import { startTestGateway, type TestGateway } from '../../testing/gateway.ts';
import { sessionWith } from '../../testing/session.ts';
import { chainAudit } from './chain.ts';
import { verifyAudit } from './verify.ts';

const workspaceId = '0d5e2f5c-5f0b-4f0e-8a3c-2b1a09f8e7d6';
const hourMs = 3_600_000;

describe('the audit log under its signed heads', () => {
  let gateway: TestGateway;
  before(async () => {
    gateway = await startTestGateway();
  });
  after(() => gateway.close());

  const sql = async (text: string, params: (string | number | null)[] = []) =>
    gateway.deps.stores.commit([{ sql: text, params }]);
  const write = async (count: number, workspace = workspaceId) => {
    const session = sessionWith({ workspaceId: workspace, createdAtMs: 5 });
    for (let index = 0; index < count; index += 1) {
      gateway.clock.nowMs += 1;
      const entry = { atMs: gateway.clock.nowMs, actor: 'system', action: 'tested', detail: `entry ${index}` } as const;
      await gateway.deps.stores.commit([gateway.deps.stores.audit.insertion(session, entry)]);
    }
  };
  const chain = async () => {
    gateway.clock.nowMs += hourMs;
    await chainAudit(gateway.deps, 1_000);
  };
  const heads = async () => {
    const { auditTrees } = gateway.deps.stores;
    const all: string[] = [];
    for (const tree of await auditTrees.trees()) {
      all.push(...(await auditTrees.heads(tree.workspaceId, 100)).map(({ jws }) => jws));
    }
    return all;
  };
  const verdictsOf = async (lines: readonly string[]) => {
    const { auditTrees } = gateway.deps.stores;
    const { takenIn } = await auditTrees.batches();
    const entries = async function* () {
      for (let number = 0; number < takenIn; number += 1) yield await auditTrees.chained({ after: number, batches: 1 });
    };
    const { heads: judged, badLines } = await verifyAudit(entries(), lines);
    return [...judged.map(({ verdict }) => verdict), ...badLines.map(() => 'no head')];
  };
  beforeEach(async () => {
    for (const table of ['audit_entries', 'audit_trees', 'audit_heads']) await sql(`delete from ${table}`);
    await sql(`update audit_batches set marked = 0, taken_in = 0`);
  });

  it('holds as it grows, in several workspaces, also after an entry that is dated to the past', async () => {
    await write(1_203);
    await chain();
    await write(3, 'another');
    const session = sessionWith({ workspaceId });
    await gateway.deps.stores.commit([
      gateway.deps.stores.audit.insertion(session, { atMs: 7, actor: 'system', action: 'late' }),
    ]);
    await chain();
    const lines = await heads();
    assert.equal(lines.length, 3);
    assert.deepEqual(await verdictsOf(lines), ['holds', 'holds', 'holds']);
    assert.equal((await gateway.deps.stores.auditTrees.tree(workspaceId))?.frontier.size, 1_204);
  });

  const manipulations: [name: string, work: () => Promise<unknown>, verdict: string][] = [
    ['an edit', () => sql(`update audit_entries set detail = 'other' where detail = 'entry 10'`), 'differs'],
    ['another actor', () => sql(`update audit_entries set actor = 'person' where detail = 'entry 10'`), 'differs'],
    ['a deletion', () => sql(`delete from audit_entries where detail = 'entry 10'`), 'missing'],
    ['a cut of the tail', () => sql(`delete from audit_entries where detail in ('entry 38', 'entry 39')`), 'missing'],
    [
      'two that change places',
      async () => {
        await sql(`update audit_entries set detail = 'x' where detail = 'entry 10'`);
        await sql(`update audit_entries set detail = 'entry 10' where detail = 'entry 11'`);
        await sql(`update audit_entries set detail = 'entry 11' where detail = 'x'`);
      },
      'differs',
    ],
    [
      'an insertion',
      () =>
        sql(
          `insert into audit_entries (workspace_id, session_id, session_created_at_ms, at_ms, actor, action, batch)
           values ($1, 's', 5, 6, 'person', 'forged', 1)`,
          [workspaceId],
        ),
      'differs',
    ],
    [
      'a rewrite of everything, with a tree and a head made anew',
      async () => {
        await sql(`update audit_entries set detail = 'rewritten', batch = 0`);
        await sql('delete from audit_trees');
        await sql('delete from audit_heads');
        await sql('update audit_batches set marked = 0, taken_in = 0');
        await sql('delete from evidence_keys');
        await chain();
      },
      'differs',
    ],
  ];
  for (const [name, work, verdict] of manipulations) {
    it(`shows ${name}`, async () => {
      await write(40);
      await chain();
      const kept = await heads();
      assert.deepEqual(await verdictsOf(kept), ['holds']);
      await work();
      assert.deepEqual(await verdictsOf(kept), [verdict]);
    });
  }

  it('takes no head that was altered in a single character', async () => {
    await write(3);
    await chain();
    const [head = ''] = await heads();
    for (let at = 0; at < head.length; at += 1) {
      const other = head[at] === 'A' ? 'B' : 'A';
      const verdicts = await verdictsOf([`${head.slice(0, at)}${other}${head.slice(at + 1)}`]);
      assert.deepEqual(verdicts, ['no head'], `character ${at}`);
    }
  });

  it('is signed on when the clock is set back by a day, and every head holds', async () => {
    await write(3);
    await chain();
    gateway.clock.nowMs -= 24 * hourMs;
    await write(3);
    await chainAudit(gateway.deps, 10);
    const lines = await heads();
    assert.equal(lines.length, 2);
    assert.deepEqual(await verdictsOf(lines), ['holds', 'holds']);
    gateway.clock.nowMs += 24 * hourMs;
  });

  it('goes on where a crash left a batch that was marked and not taken in, and two at once take each in once', async () => {
    await write(30);
    await gateway.deps.stores.commit(gateway.deps.stores.auditTrees.marking(1, gateway.clock.nowMs));
    await write(30);
    await Promise.all([chain(), chain(), chain()]);
    await chain();
    assert.equal((await gateway.deps.stores.auditTrees.tree(workspaceId))?.frontier.size, 60);
    assert.ok((await verdictsOf(await heads())).every((verdict) => verdict === 'holds'));
  });
});
