/**
 * `npm run prove:audit -- --entries N`: makes an audit log of N entries, puts it under its tree, and has `tijori audit verify` hold it against
 * its head. Exit code 1 if that takes more than 30 s of a processor a million, or does not hold.
 */
import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { liveKeyring } from '../packages/server/src/domain/keyring.ts';
import { openLogger } from '../packages/server/src/log/logger.ts';
import { openSqlite } from '../packages/server/src/storage/sqlite.ts';
import { openStores } from '../packages/server/src/stores/index.ts';
import { chainAudit } from '../packages/server/src/usecases/audit/chain.ts';
import { createSeal } from '../packages/server/src/vault/seal.ts';

/** Promised by acceptance J6. */
const secondsPerMillion = 30;
const workspaceId = '0d5e2f5c-5f0b-4f0e-8a3c-2b1a09f8e7d6';

/** Tells at the end of a process what it has worked, since nobody else tells it of a child. */
const tellTime = `data:text/javascript,process.on('exit', () => process.stderr.write(JSON.stringify(process.cpuUsage())))`;

const { values } = parseArgs({ options: { entries: { type: 'string', default: '1000000' } } });
const entries = Number(values.entries);
const dir = mkdtempSync(join(tmpdir(), 'tijori-prove-audit-'));
try {
  const path = join(dir, 'tijori.db');
  const db = await openSqlite({ path, now: Date.now });
  fill(path);
  const stores = openStores(db);
  const seal = createSeal({ keyring: liveKeyring({ current: randomBytes(32), old: [] }) });
  const log = openLogger({ level: 'error', file: join(dir, 'log') });
  const chaining = await timed(() => chainAudit({ stores, seal, now: Date.now, log }, Number.POSITIVE_INFINITY));
  const heads = await stores.auditTrees.heads(workspaceId, 10);
  writeFileSync(join(dir, 'heads'), heads.map(({ jws }) => jws).join('\n'));
  await db.close();
  await log.close();
  print(`${entries} entries put under their tree in ${chaining.toFixed(1)} s.`);
  verify();
} finally {
  rmSync(dir, { recursive: true });
}

function fill(path: string): void {
  const connection = new DatabaseSync(path);
  const insert = connection.prepare(
    `insert into audit_entries (workspace_id, session_id, session_created_at_ms, at_ms, entry_no, actor, action, detail)
     values (?, ?, ?, ?, ?, 'system', 'document.held', ?)`,
  );
  const firstMs = Date.now() - entries * 5;
  const detail = `gstn_details sha256:${'a'.repeat(64)}`;
  connection.exec('begin');
  for (let number = 0; number < entries; number += 1) {
    const session = `3f0f6c1e-6a4c-4b1e-9d3a-${String(number % 300_000).padStart(12, '0')}`;
    insert.run(workspaceId, session, firstMs, firstMs + number * 5, number, detail);
  }
  connection.exec('commit');
  connection.close();
}

function verify(): void {
  const main = fileURLToPath(new URL('../packages/server/bin/tijori.js', import.meta.url));
  const startedAtMs = performance.now();
  const args = ['--import', tellTime, main, 'audit', 'verify', '--heads', join(dir, 'heads'), '--data', dir];
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
  const clock = (performance.now() - startedAtMs) / 1_000;
  const { user, system } = JSON.parse(stderr.slice(stderr.lastIndexOf('{'))) as { user: number; system: number };
  const worked = (user + system) / 1_000_000;
  print(stdout.trimEnd());
  print(`Verified in ${worked.toFixed(1)} s of a processor, ${clock.toFixed(1)} s on the clock.`);
  if (status !== 0 || worked > (secondsPerMillion * entries) / 1_000_000) process.exitCode = 1;
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const startedAtMs = performance.now();
  await work();
  return (performance.now() - startedAtMs) / 1_000;
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}
