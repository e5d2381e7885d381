import { hash, randomBytes, randomUUID } from 'node:crypto';
import type { Mode } from '../../domain/session.ts';
import type { Stores } from '../../stores/index.ts';
import { checkedOrigins } from './change-origins.ts';

export interface NewKey {
  apiKey: string;
  /** Shown once; only its hash is kept. */
  apiSecret: string;
  workspaceId: string;
}

/** Longest registered name, characters: it has to fit on a consent page. */
export const workspaceNameCharsMax = 100;

/** A key and secret for the workspace of this name, which is made if there is none. Pages of `origins` may use the key. */
export async function createKey(
  { stores, now }: { stores: Stores; now: () => number },
  { mode, workspaceName, origins = [] }: { mode: Mode; workspaceName: string; origins?: readonly string[] },
): Promise<NewKey> {
  const nowMs = now();
  const known = await stores.workspaces.findByName(workspaceName);
  const workspace = known ?? { id: randomUUID(), name: workspaceName, createdAtMs: nowMs };
  const apiKey = `key_${mode}_${randomBytes(16).toString('hex')}`;
  const apiSecret = `secret_${mode}_${randomBytes(16).toString('hex')}`;
  await stores.commit([
    ...(known ? [] : [stores.workspaces.insertion(workspace)]),
    stores.apiKeys.insertion({
      id: apiKey,
      workspaceId: workspace.id,
      mode,
      secretHash: hash('sha256', apiSecret, 'hex'),
      createdAtMs: nowMs,
      revokedAtMs: null,
      origins: checkedOrigins(origins),
    }),
  ]);
  return { apiKey, apiSecret, workspaceId: workspace.id };
}
