import { createHash, hash } from 'node:crypto';

/** SHA-256 of a leaf (RFC 6962 §2.1): told apart from inner nodes by its first byte. */
export function leafHash(bytes: Buffer | string): Buffer {
  // In one call, which for a short text takes half the time.
  if (typeof bytes === 'string') return hash('sha256', `\0${bytes}`, 'buffer');
  return createHash('sha256').update('\0').update(bytes).digest();
}

function nodeHash(left: Buffer, right: Buffer): Buffer {
  return hash('sha256', Buffer.concat([nodeMark, left, right], 65), 'buffer');
}

const nodeMark = Buffer.from([1]);

/** The roots of the perfect subtrees of a growing tree, the largest first: all that is needed to add to it. */
export interface Frontier {
  size: number;
  roots: Buffer[];
}

export const emptyFrontier: Frontier = { size: 0, roots: [] };

/** The tree with further leaves at its end. */
export function grown({ size, roots }: Frontier, leaves: readonly Buffer[]): Frontier {
  const stack = [...roots];
  let count = size;
  for (const leaf of leaves) {
    let node = leaf;
    // Each full pair to the left folds into one, as a binary counter carries.
    for (let rest = count; rest % 2 === 1; rest = (rest - 1) / 2) node = nodeHash(stack.pop() as Buffer, node);
    stack.push(node);
    count += 1;
  }
  return { size: count, roots: stack };
}

/** The Merkle tree hash (RFC 6962 §2.1): of no leaves, the hash of nothing. */
export function rootOf({ roots }: Frontier): Buffer {
  const [last, ...others] = roots.toReversed();
  if (!last) return createHash('sha256').digest();
  return others.reduce((right, left) => nodeHash(left, right), last);
}

/** Every level of a tree, leaves first; what has no neighbour to its right goes up as it is. */
export function levelsOf(leaves: readonly Buffer[]): Buffer[][] {
  const levels = [[...leaves]];
  for (let level = levels[0] ?? []; level.length > 1; ) {
    const above: Buffer[] = [];
    for (let at = 0; at < level.length; at += 2) {
      const [left, right] = [level[at] as Buffer, level[at + 1]];
      above.push(right ? nodeHash(left, right) : left);
    }
    levels.push(above);
    level = above;
  }
  return levels;
}

/** The hashes beside the way from a leaf to the root (RFC 6962 §2.1.1), lowest first. */
export function inclusionPath(levels: readonly (readonly Buffer[])[], index: number): Buffer[] {
  const path: Buffer[] = [];
  let at = index;
  for (const level of levels) {
    const beside = level[at % 2 === 0 ? at + 1 : at - 1];
    if (beside) path.push(beside);
    at = Math.floor(at / 2);
  }
  return path;
}

/** The root to which a path leads (RFC 9162 §2.1.3.2); undefined for a path that no tree of this size has. */
export function rootFromPath(
  leaf: Buffer,
  { index, size, path }: { index: number; size: number; path: readonly Buffer[] },
): Buffer | undefined {
  if (index < 0 || index >= size) return undefined;
  let [at, last, node] = [index, size - 1, leaf];
  for (const beside of path) {
    if (last === 0) return undefined;
    if (at % 2 === 1 || at === last) {
      node = nodeHash(beside, node);
      // Levels on which it had no neighbour to its right.
      while (at % 2 === 0 && at !== 0) [at, last] = [at / 2, Math.floor(last / 2)];
    } else node = nodeHash(node, beside);
    [at, last] = [Math.floor(at / 2), Math.floor(last / 2)];
  }
  return last === 0 ? node : undefined;
}
