import type { ApiKey } from '../../domain/api-key.ts';
import type { Stores } from '../../stores/index.ts';

/** How long a key that was read may be believed, ms: a revoked key is dead everywhere within a second (acceptance §5). */
const believedMs = 500;
/** Most keys that are remembered. */
const rememberedMax = 10_000;

export interface KnownKeys {
  find(id: string): Promise<ApiKey | undefined>;
}

/** Keys by id, read again every half second, since another process (the CLI) may revoke one at any time. */
export function knownKeys(apiKeys: Stores['apiKeys'], now: () => number): KnownKeys {
  const remembered = new Map<string, { key: ApiKey; readAtMs: number }>();
  return {
    async find(id) {
      const known = remembered.get(id);
      if (known && now() - known.readAtMs < believedMs && now() >= known.readAtMs) return known.key;
      const key = await apiKeys.find(id);
      remembered.delete(id);
      if (!key) return undefined;
      if (remembered.size >= rememberedMax) remembered.clear();
      remembered.set(id, { key, readAtMs: now() });
      return key;
    },
  };
}
