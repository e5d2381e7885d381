import type { ChainedEntry } from '../../domain/audit-leaf.ts';
import type { Stores } from '../../stores/index.ts';
import { orderedLeaves } from './chain.ts';

/** What an export of the audit log holds, in its order: all signed heads, then all entries that a tree has taken in. */
export type ExportedAudit = { head: string } | { entry: ChainedEntry };

/** Batches, and heads, that are read at once. */
const batchesPerPiece = 20;
const headsPerPiece = 500;

/**
 * The log as it is verified: batch by batch, in a batch workspace by workspace, and each in the order of its tree. Entries that no tree
 * has taken in yet are left out.
 */
export async function* exportAudit({ auditTrees }: Pick<Stores, 'auditTrees'>): AsyncGenerator<ExportedAudit> {
  // Heads first, and none that is signed meanwhile: every one then stands over entries that are told.
  for (const { workspaceId, frontier } of await auditTrees.trees()) {
    for (let after = 0; after < frontier.size; ) {
      const heads = await auditTrees.headsAfter(workspaceId, { after, limit: headsPerPiece });
      for (const { jws, size } of heads) if (size <= frontier.size) yield { head: jws };
      after = heads.at(-1)?.size ?? frontier.size;
    }
  }
  const { takenIn } = await auditTrees.batches();
  for (let after = 0; after < takenIn; after += batchesPerPiece) {
    const piece = await auditTrees.chained({ after, batches: Math.min(batchesPerPiece, takenIn - after) });
    for (const [, batch] of Map.groupBy(piece, (entry) => entry.batch)) yield* inOrder(batch);
  }
}

function* inOrder(batch: readonly ChainedEntry[]): Generator<ExportedAudit> {
  const byWorkspace = Map.groupBy(batch, ({ workspaceId }) => workspaceId);
  for (const workspaceId of [...byWorkspace.keys()].sort()) {
    for (const { entry } of orderedLeaves(byWorkspace.get(workspaceId) ?? [])) yield { entry };
  }
}
