import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { startTestGateway, type TestGateway } from '../testing/gateway.ts';
import { sessionWith } from '../testing/session.ts';
import { chainAudit } from '../usecases/audit/chain.ts';
import { exportAudit } from '../usecases/audit/export.ts';
import { verifyAudit } from '../usecases/audit/verify.ts';
import { exportLine, openAuditFile } from './audit-file.ts';

describe('an export of the audit log, with nothing but heads that were kept', () => {
  let gateway: TestGateway;
  let folder: string;
  let lines: string[];
  let kept: string[];
  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'tijori-audit-'));
    gateway = await startTestGateway();
    for (const workspaceId of ['one', 'other']) await write(40, workspaceId);
    await chain();
    await write(30, 'one');
    await chain();
    lines = await exported();
    kept = lines
      .filter((line) => line.startsWith('{"head"'))
      .map((line) => (JSON.parse(line) as { head: string }).head);
  });
  after(async () => {
    await gateway.close();
    rmSync(folder, { recursive: true });
  });

  const write = async (count: number, workspaceId: string) => {
    const { stores } = gateway.deps;
    for (let index = 0; index < count; index += 1) {
      // Some share a millisecond: their order is that of their hashes.
      if (index % 3 === 0) gateway.clock.nowMs += 1;
      const entry = { atMs: gateway.clock.nowMs, actor: 'system', action: 'tested', detail: `entry ${index}` } as const;
      await stores.commit([stores.audit.insertion(sessionWith({ workspaceId, createdAtMs: 5 }), entry)]);
    }
  };
  const chain = async () => {
    gateway.clock.nowMs += 3_600_000;
    await chainAudit(gateway.deps, 1_000);
  };
  const exported = async () => {
    const found: string[] = [];
    for await (const one of exportAudit(gateway.deps.stores)) found.push(exportLine(one).trimEnd());
    return found;
  };
  const verdict = async (changed: readonly string[], heads: readonly string[] = kept) => {
    const path = join(folder, 'audit.jsonl');
    writeFileSync(path, `${changed.join('\n')}\n`);
    const file = await openAuditFile(path);
    const { heads: judged, badLines } = await verifyAudit(file.entries, heads);
    return { verdicts: judged.map((head) => head.verdict), bad: badLines, stray: file.strayLines() };
  };
  const firstEntry = () => lines.findIndex((line) => !line.startsWith('{"head"'));

  it('holds as it is, under each head', async () => {
    assert.equal(kept.length, 3);
    assert.equal(lines.length, 3 + 110);
    assert.deepEqual(await verdict(lines), { verdicts: ['holds', 'holds', 'holds'], bad: [], stray: [] });
  });

  const changes: [name: string, change: (entries: string[]) => string[]][] = [
    ['an edit', (entries) => entries.with(10, entries[10]?.replace('tested', 'forged') ?? '')],
    ['a deletion', (entries) => entries.toSpliced(10, 1)],
    ['a cut of the tail', (entries) => entries.slice(0, -1)],
    ['two that change places', (entries) => entries.with(10, entries[11] ?? '').with(11, entries[10] ?? '')],
    ['an entry twice', (entries) => entries.toSpliced(10, 0, entries[10] ?? '')],
    ['an insertion', (entries) => entries.toSpliced(10, 0, (entries[10] ?? '').replace('tested', 'forged'))],
    ['the order turned round', (entries) => entries.toReversed()],
    ['a line of another kind', (entries) => entries.toSpliced(10, 0, '{}')],
    ['an empty line', (entries) => [...entries, '']],
    ['an additional field', (entries) => entries.with(10, (entries[10] ?? '').replace('{', '{"more":1,'))],
    ['nothing left', () => []],
  ];
  for (const [name, change] of changes) {
    it(`shows ${name}`, async () => {
      const { verdicts, stray } = await verdict([
        ...lines.slice(0, firstEntry()),
        ...change(lines.slice(firstEntry())),
      ]);
      assert.ok(stray.length > 0 || verdicts.some((one) => one !== 'holds'), JSON.stringify({ verdicts, stray }));
    });
  }

  it('shows that everything was written anew, with trees and heads of its own', async () => {
    const { stores } = gateway.deps;
    for (const sql of [
      `update audit_entries set detail = 'rewritten', batch = 0`,
      'delete from audit_trees',
      'delete from audit_heads',
      'update audit_batches set marked = 0, taken_in = 0',
    ]) {
      await stores.commit([{ sql, params: [] }]);
    }
    await chain();
    const anew = await exported();
    const own = anew
      .filter((line) => line.startsWith('{"head"'))
      .map((line) => (JSON.parse(line) as { head: string }).head);
    assert.ok(
      (await verdict(anew, own)).verdicts.every((one) => one === 'holds'),
      'by its own heads it holds',
    );
    assert.ok((await verdict(anew)).verdicts.every((one) => one !== 'holds'));
  });
});
