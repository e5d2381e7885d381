import type { Stores } from '../../stores/index.ts';

/** Revokes a key for good. `false`: there is no such key, or it is revoked already. */
export async function revokeKey(
  { stores, now }: { stores: Stores; now: () => number },
  apiKey: string,
): Promise<boolean> {
  return (await stores.commit([stores.apiKeys.revocation(apiKey, now())])) === 'committed';
}
