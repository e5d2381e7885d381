import type { DatabaseSync } from 'node:sqlite';
import { documentOfBlob } from '../../domain/document.ts';
import { isSettled, orphanAgeMs } from '../../usecases/documents/leftovers.ts';
import type { Blobs } from '../../vault/blobs.ts';
import { sealedBytesOf } from '../../vault/seal-file.ts';
import { type Finding, fault, ok, warning } from './finding.ts';

/** Documents that are named; more would only scroll by. */
const shownMax = 3;

/** Rows against files, and files against rows. */
export async function lookAtVault(
  connection: DatabaseSync,
  { blobs, nowMs }: { blobs: Pick<Blobs, 'list'>; nowMs: number },
): Promise<Finding[]> {
  const held = connection.prepare('select id, blob, size_bytes from documents where blob is not null');
  const isStillHeld = connection.prepare('select 1 from documents where id = ? and blob = ?');
  const wanted = new Map<string, { id: string; sizeBytes: number }>();
  for (const { id, blob, size_bytes: sizeBytes } of held.iterate()) {
    wanted.set(String(blob), { id: String(id), sizeBytes: Number(sizeBytes) });
  }
  const documents = wanted.size;
  const cut: string[] = [];
  const stateOf = connection.prepare('select state from documents where id = ?');
  let [orphans, strangers] = [0, 0];
  for await (const { name, sizeBytes, modifiedAtMs } of blobs.list()) {
    const holder = wanted.get(name);
    if (holder) {
      if (sizeBytes !== sealedBytesOf(holder.sizeBytes)) cut.push(holder.id);
      wanted.delete(name);
    } else if (nowMs - modifiedAtMs >= orphanAgeMs) {
      const document = stateOf.get(documentOfBlob(name) ?? '');
      if (!document) strangers += 1;
      else if (isSettled(String(document.state))) orphans += 1;
    }
  }
  // A gateway at work may have erased one between its row and its file.
  const missing = [...wanted].flatMap(([blob, { id }]) => (isStillHeld.get(id, blob) ? [id] : []));
  const findings: Finding[] = [];
  if (missing.length > 0) findings.push(fault('vault', `${counted(missing)} held without a file. Restore a backup.`));
  if (cut.length > 0) findings.push(fault('vault', `${counted(cut)} with a file of another length. Restore a backup.`));
  if (orphans > 0)
    findings.push(warning('vault', `Old files that no document names: ${orphans}. The hourly sweep takes them.`));
  if (strangers > 0)
    findings.push(
      warning(
        'vault',
        `Files of documents that this database does not know: ${strangers}. Is it the one of this vault?`,
      ),
    );
  return findings.length > 0
    ? findings
    : [ok('vault', `${documents} documents held, each with its file; no leftovers.`)];
}

function counted(ids: readonly string[]): string {
  const shown = ids.slice(0, shownMax).join(', ');
  return `${ids.length} document${ids.length === 1 ? '' : 's'} (${shown}${ids.length > shownMax ? ', …' : ''})`;
}
