import { setImmediate as turn } from 'node:timers/promises';
import { type AuditHead, type ChainedEntry, leafText } from '../../domain/audit-leaf.ts';
import { emptyFrontier, grown, leafHash, rootOf } from '../../domain/merkle-tree.ts';
import type { Statement } from '../../storage/db.ts';
import type { AuditTree } from '../../stores/audit-trees.ts';
import { signEvidence } from '../../tokens/evidence-key.ts';
import type { Deps } from '../deps.ts';
import { signingKey } from '../evidence/signing-key.ts';

/** Most entries of one batch, but for those of one and the same millisecond. */
const entriesPerBatch = 500;
/** A tree that has grown is signed this often, ms. */
const headEveryMs = 60_000;

type ChainDeps = Pick<Deps, 'stores' | 'seal' | 'now' | 'log'>;

/**
 * Puts audit entries under the tree of their workspace: up to `batches` batches. Not in the commit of the entry itself,
 * whose group would then have to wait for one another; so an entry of the last few seconds is not protected yet.
 *
 * First a batch is marked, then it is taken in: whatever crashes in between is gone on with, by whichever process comes.
 */
export async function chainAudit(deps: ChainDeps, batches: number): Promise<void> {
  for (let done = 0; done < batches; done += 1) {
    const { marked, takenIn } = await deps.stores.auditTrees.batches();
    if (takenIn < marked) await takeIn(deps, takenIn + 1);
    else if (!(await mark(deps, marked + 1))) break;
    else await takeIn(deps, marked + 1);
    // Requests that came meanwhile go first.
    await turn();
  }
  await signGrown(deps);
}

/** `false`: there is nothing to mark, or another process is at it. */
async function mark({ stores }: ChainDeps, number: number): Promise<boolean> {
  const cutoffMs = await stores.auditTrees.cutoff(entriesPerBatch);
  if (cutoffMs === undefined) return false;
  return (await stores.commit(stores.auditTrees.marking(number, cutoffMs))) === 'committed';
}

async function takeIn({ stores }: ChainDeps, number: number): Promise<void> {
  const entries = await stores.auditTrees.ofBatch(number);
  const changes: Statement[] = [];
  for (const [workspaceId, own] of Map.groupBy(entries, (entry) => entry.workspaceId)) {
    const tree = await stores.auditTrees.tree(workspaceId);
    const frontier = grown(tree?.frontier ?? emptyFrontier, leavesOf(own));
    const root = rootOf(frontier).toString('hex');
    changes.push(stores.auditTrees.growth({ workspaceId, frontier, root, lastBatch: number }));
  }
  await stores.commit([stores.auditTrees.takenIn(number), ...changes]);
}

/** The leaves of one batch and workspace in the order of the tree: by time, and within a millisecond by their own hash. */
function leavesOf(entries: readonly ChainedEntry[]): Buffer[] {
  return orderedLeaves(entries).map(({ leaf }) => leaf);
}

/** As `leavesOf`, each with its entry. */
export function orderedLeaves(entries: readonly ChainedEntry[]): { entry: ChainedEntry; leaf: Buffer }[] {
  return entries
    .map((entry) => ({ entry, leaf: leafHash(leafText(entry)) }))
    .sort((left, right) => left.entry.atMs - right.entry.atMs || Buffer.compare(left.leaf, right.leaf));
}

/** Signs each tree that has grown since its last head, if that is old enough. The log gets a copy: it is kept elsewhere. */
async function signGrown(deps: ChainDeps): Promise<void> {
  const { stores, now, log } = deps;
  for (const tree of await stores.auditTrees.trees()) {
    const [last] = await stores.auditTrees.heads(tree.workspaceId, 1);
    const ageMs = last ? now() - last.atMs : headEveryMs;
    // A head of the future says only that the clock was set back.
    if (last?.size === tree.frontier.size || (ageMs >= 0 && ageMs < headEveryMs)) continue;
    const jws = await signHead(deps, tree);
    log.info({ workspace: tree.workspaceId, size: tree.frontier.size, head: jws }, 'audit head');
  }
}

/** A signed head of a tree as it stands now; it is kept beside the earlier ones. */
async function signHead(deps: Pick<Deps, 'stores' | 'seal' | 'now'>, tree: AuditTree): Promise<string> {
  const atMs = deps.now();
  const { size } = tree.frontier;
  const head: AuditHead = { workspace: tree.workspaceId, size, root: tree.root, atMs };
  const jws = await signEvidence(await signingKey(deps), 'tijori-audit-head+jws', head);
  await deps.stores.commit([deps.stores.auditTrees.head(tree.workspaceId, { size, atMs, jws })]);
  return jws;
}
