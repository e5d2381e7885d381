/** An audit entry with everything that a tree vouches for. */
export interface ChainedEntry {
  workspaceId: string;
  sessionId: string;
  sessionCreatedAtMs: number;
  atMs: number;
  actor: string;
  action: string;
  detail: string | null;
  batch: number;
}

/** The bytes that are hashed: one spelling for each entry, so that any change to any part is another leaf. */
export function leafText(entry: ChainedEntry): string {
  return JSON.stringify([
    'tijori audit 1',
    entry.workspaceId,
    entry.sessionId,
    entry.sessionCreatedAtMs,
    entry.atMs,
    entry.actor,
    entry.action,
    entry.detail,
    entry.batch,
  ]);
}

/** The head of a workspace's tree, as it is signed. */
export interface AuditHead {
  workspace: string;
  /** Entries below it. */
  size: number;
  /** Hex of the Merkle tree hash. */
  root: string;
  /** When it was signed, ms since the epoch. */
  atMs: number;
}

/** `undefined` for anything that is not a head. */
export function auditHeadFrom(payload: unknown): AuditHead | undefined {
  if (typeof payload !== 'object' || payload === null) return undefined;
  const { workspace, size, root, atMs } = payload as Record<string, unknown>;
  const fits =
    typeof workspace === 'string' &&
    typeof root === 'string' &&
    /^[0-9a-f]{64}$/.test(root) &&
    Number.isSafeInteger(size) &&
    Number.isSafeInteger(atMs);
  return fits ? { workspace, size: Number(size), root, atMs: Number(atMs) } : undefined;
}
