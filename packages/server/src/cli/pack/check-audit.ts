import { type AuditHead, auditHeadFrom, leafText } from '../../domain/audit-leaf.ts';
import { leafHash, rootFromPath } from '../../domain/merkle-tree.ts';
import { verifyEvidence } from '../../tokens/evidence-key.ts';
import { fromAuditLine } from '../audit-line.ts';
import type { OpenedPack } from './open-pack.ts';
import type { AuditFile } from './pack-format.ts';

/** What the audit part of a pack proves. */
export interface AuditFinding {
  faults: string[];
  /** The signed head; null where the pack has none. */
  head: (AuditHead & { kid: string; jws: string }) | null;
  /** Entries under the head, and entries that are newer than it. */
  proved: number;
  newer: number;
}

/** Each entry must lead to the root of the signed head, on a place of its own. */
export async function checkAudit({ audit, manifest }: OpenedPack): Promise<AuditFinding> {
  const head = audit.head === null ? null : await headOf(audit.head);
  const faults: string[] = [];
  const fault = (text: string) => faults.push(`audit/proof.json: ${text}`);
  if (head === undefined) fault('the signature of its head does not hold.');
  if (head && head.workspace !== manifest.workspace.id) fault('its head is of another workspace.');
  const seen = new Set<number>();
  let newer = 0;
  for (const [at, entry] of audit.entries.entries()) {
    const isOfSession = entry.session_id === manifest.session && entry.workspace_id === manifest.workspace.id;
    if (!isOfSession) fault(`entry ${at + 1} is of another session.`);
    if (entry.index === null) newer += 1;
    else if (seen.has(entry.index) || !head || !leadsTo(head, entry))
      fault(`entry ${at + 1} does not stand under the head.`);
    else seen.add(entry.index);
  }
  return { faults, head: head ?? null, proved: seen.size, newer };
}

async function headOf(jws: string): Promise<AuditFinding['head'] | undefined> {
  const signed = await verifyEvidence(jws, 'tijori-audit-head+jws');
  const head = signed && auditHeadFrom(signed.payload);
  return head && { ...head, kid: signed.kid, jws };
}

function leadsTo({ size, root }: AuditHead, entry: AuditFile['entries'][number]): boolean {
  const leaf = leafHash(leafText(fromAuditLine(entry)));
  const path = entry.path.map((hex) => Buffer.from(hex, 'hex'));
  return rootFromPath(leaf, { index: entry.index ?? -1, size, path })?.toString('hex') === root;
}
