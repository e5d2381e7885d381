import { type AuditHead, auditHeadFrom, type ChainedEntry } from '../../domain/audit-leaf.ts';
import { emptyFrontier, type Frontier, grown, rootOf } from '../../domain/merkle-tree.ts';
import { verifyEvidence } from '../../tokens/evidence-key.ts';
import { orderedLeaves } from './chain.ts';

/** What became of one signed head. */
export interface HeadVerdict {
  head: AuditHead;
  /** The head as it was given, signature and all. */
  jws: string;
  /** Id of the key that signed it. */
  kid: string;
  /**
   * `holds`: the first `size` entries are those that were signed. `missing`: there are fewer. `differs`: something among
   * them was changed, added, removed or moved.
   */
  verdict: 'holds' | 'missing' | 'differs';
}

export interface AuditVerdict {
  /** In order of size; of one workspace each. */
  heads: HeadVerdict[];
  /** Entries found, by workspace. */
  sizes: Map<string, number>;
  /** Lines that are no head, or whose signature does not hold, by their number from 1. */
  badLines: number[];
  /** Of an export: lines that are no entry, or stand in another place than an export puts them. */
  strayLines?: number[];
}

/**
 * Holds a log against signed heads, with nothing else: no key of ours, no row but the entries themselves. Entries come in
 * the order of their batches, in pieces that cut no batch in two.
 */
export async function verifyAudit(
  entries: AsyncIterable<readonly ChainedEntry[]>,
  headLines: readonly string[],
): Promise<AuditVerdict> {
  const { heads, badLines } = await readHeads(headLines);
  const open = Map.groupBy(heads, ({ head }) => head.workspace);
  const frontiers = new Map<string, Frontier>();
  const verdicts: HeadVerdict[] = [];
  for await (const piece of entries) {
    const groups = Map.groupBy(piece, ({ batch, workspaceId }) => `${batch} ${workspaceId}`);
    for (const own of groups.values()) {
      const workspaceId = own[0]?.workspaceId ?? '';
      let frontier = frontiers.get(workspaceId) ?? emptyFrontier;
      const waiting = open.get(workspaceId) ?? [];
      const leaves = orderedLeaves(own).map(({ leaf }) => leaf);
      for (let at = 0; at < leaves.length; ) {
        const next = waiting[0]?.head.size ?? Number.POSITIVE_INFINITY;
        const upTo = Math.min(leaves.length, at + Math.max(next - frontier.size, 1));
        frontier = grown(frontier, leaves.slice(at, upTo));
        at = upTo;
        for (let head = waiting[0]; head && head.head.size <= frontier.size; head = waiting[0]) {
          waiting.shift();
          const same = head.head.size === frontier.size && rootOf(frontier).toString('hex') === head.head.root;
          verdicts.push({ ...head, verdict: same ? 'holds' : 'differs' });
        }
      }
      frontiers.set(workspaceId, frontier);
    }
  }
  for (const rest of open.values()) for (const head of rest) verdicts.push({ ...head, verdict: 'missing' });
  const sizes = new Map([...frontiers].map(([workspaceId, { size }]) => [workspaceId, size]));
  return { heads: verdicts.sort((left, right) => left.head.size - right.head.size), sizes, badLines };
}

async function readHeads(lines: readonly string[]) {
  const heads: Omit<HeadVerdict, 'verdict'>[] = [];
  const badLines: number[] = [];
  for (const [index, line] of lines.entries()) {
    const jws = line.trim();
    if (jws === '') continue;
    const signed = await verifyEvidence(jws, 'tijori-audit-head+jws');
    const head = signed && auditHeadFrom(signed.payload);
    if (signed && head && head.size > 0) heads.push({ head, jws, kid: signed.kid });
    else badLines.push(index + 1);
  }
  heads.sort((left, right) => left.head.size - right.head.size);
  return { heads, badLines };
}
