import { statSync } from 'node:fs';
import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { documentOfBlob } from '../../domain/document.ts';
import { blobPath } from '../../usecases/backup/layout.ts';
import { isSettled, orphanAgeMs } from '../../usecases/documents/leftovers.ts';
import type { Blobs } from '../../vault/blobs.ts';
import { sealedBytesOf } from '../../vault/seal-file.ts';
import { type Finding, fault, ok, warning } from './finding.ts';

/** Documents that are named; more would only scroll by. */
const shownMax = 3;

/** Rows against files, and files against rows. */
export async function lookAtVault(
  connection: DatabaseSync,
  { dataDir, blobs, nowMs }: { dataDir: string; blobs: Pick<Blobs, 'list'>; nowMs: number },
): Promise<Finding[]> {
  const held = connection.prepare('select id, blob, size_bytes from documents where blob is not null');
  const isStillHeld = connection.prepare('select 1 from documents where id = ? and blob is not null');
  let missing: string[] = [];
  const cut: string[] = [];
  const named = new Set<string>();
  for (const { id, blob, size_bytes: sizeBytes } of held.iterate()) {
    named.add(String(blob));
    const stats = statSync(join(dataDir, blobPath(String(blob))), { throwIfNoEntry: false });
    if (!stats) missing.push(String(id));
    else if (stats.size !== sealedBytesOf(Number(sizeBytes))) cut.push(String(id));
  }
  // A gateway at work may have erased one between its row and its file.
  missing = missing.filter((id) => isStillHeld.get(id) !== undefined);
  const stateOf = connection.prepare('select state from documents where id = ?');
  let [orphans, strangers] = [0, 0];
  for await (const { name, modifiedAtMs } of blobs.list()) {
    if (named.has(name) || nowMs - modifiedAtMs < orphanAgeMs) continue;
    const document = stateOf.get(documentOfBlob(name) ?? '');
    if (!document) strangers += 1;
    else if (isSettled(String(document.state))) orphans += 1;
  }
  const findings: Finding[] = [];
  if (missing.length > 0) findings.push(fault('vault', `${counted(missing)} held without a file. Restore a backup.`));
  if (cut.length > 0) findings.push(fault('vault', `${counted(cut)} with a file of another length. Restore a backup.`));
  if (orphans > 0)
    findings.push(warning('vault', `${orphans} old files that no document names; the hourly sweep takes them.`));
  if (strangers > 0)
    findings.push(
      warning(
        'vault',
        `${strangers} files of documents that this database does not know. Is it the one of this vault?`,
      ),
    );
  return findings.length > 0
    ? findings
    : [ok('vault', `${named.size} documents held, each with its file; no leftovers.`)];
}

function counted(ids: readonly string[]): string {
  const shown = ids.slice(0, shownMax).join(', ');
  return `${ids.length} document${ids.length === 1 ? '' : 's'} (${shown}${ids.length > shownMax ? ', …' : ''})`;
}
