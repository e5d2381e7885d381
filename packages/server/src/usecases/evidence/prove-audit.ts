import { type ChainedEntry, leafText } from '../../domain/audit-leaf.ts';
import { inclusionPath, leafHash, levelsOf } from '../../domain/merkle-tree.ts';
import type { Session } from '../../domain/session.ts';
import type { Stores } from '../../stores/index.ts';
import { orderedLeaves } from '../audit/chain.ts';

/** A session's part of the audit log, and the proof that it stands under a signed head. */
export interface AuditProof {
  /** Compact JWS; null where no head was signed yet. */
  head: string | null;
  entries: readonly ProvedEntry[];
}

interface ProvedEntry {
  entry: ChainedEntry;
  /** Where it stands in the tree of the head; null for what is newer than the head. */
  place: { index: number; path: readonly Buffer[] } | null;
}

/** Batches that are read at once. */
const batchesPerPiece = 100;

/**
 * Proves the entries of a session by the oldest signed head that stands above all of them, or else by the newest. Every entry of
 * the log up to that head is read, whosever it is: a million takes some seconds.
 */
export async function proveAudit(
  { auditTrees }: Pick<Stores, 'auditTrees'>,
  session: Pick<Session, 'id' | 'createdAtMs' | 'workspaceId'>,
): Promise<AuditProof> {
  const entries = await auditTrees.ofSession(session);
  const [newest] = await auditTrees.heads(session.workspaceId, 1);
  const leaves = await leavesUpTo(auditTrees, session.workspaceId, newest?.size ?? 0);
  const places = placesOf(entries, leaves);
  const last = Math.max(-1, ...places.flatMap((place) => place ?? []));
  const head = await auditTrees.headAbove(session.workspaceId, last + 1);
  if (!head) return { head: null, entries: entries.map((entry) => ({ entry, place: null })) };
  const levels = levelsOf(leaves.slice(0, head.size));
  return {
    head: head.jws,
    entries: entries.map((entry, at) => {
      const index = places[at];
      return { entry, place: index === undefined ? null : { index, path: inclusionPath(levels, index) } };
    }),
  };
}

async function leavesUpTo(auditTrees: Stores['auditTrees'], workspaceId: string, size: number): Promise<Buffer[]> {
  const leaves: Buffer[] = [];
  const { takenIn } = await auditTrees.batches();
  for (let after = 0; after < takenIn && leaves.length < size; after += batchesPerPiece) {
    const piece = await auditTrees.chained({ after, batches: Math.min(batchesPerPiece, takenIn - after) });
    const own = piece.filter((entry) => entry.workspaceId === workspaceId);
    for (const batch of Map.groupBy(own, (entry) => entry.batch).values()) {
      leaves.push(...orderedLeaves(batch).map(({ leaf }) => leaf));
    }
  }
  return leaves.slice(0, size);
}

/** The index of each entry among the leaves; of two that are the same to the letter, one after the other. */
function placesOf(entries: readonly ChainedEntry[], leaves: readonly Buffer[]): (number | undefined)[] {
  const wanted = entries.map((entry) => leafHash(leafText(entry)).toString('hex'));
  const sought = new Set(wanted);
  const found = new Map<string, number[]>();
  for (const [index, leaf] of leaves.entries()) {
    const hex = leaf.toString('hex');
    if (sought.has(hex)) found.set(hex, [...(found.get(hex) ?? []), index]);
  }
  return wanted.map((hex) => found.get(hex)?.shift());
}
