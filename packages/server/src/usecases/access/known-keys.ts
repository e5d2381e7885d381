import type { ApiKey } from '../../domain/api-key.ts';
import type { Stores } from '../../stores/index.ts';

/** How long a key that was read may be believed, ms: a revoked key is dead everywhere within a second (acceptance §5). */
const believedMs = 500;
/** Most keys that are remembered. */
const rememberedMax = 10_000;

export interface KnownKeys {
  /** The key if it was read a moment ago, without waiting. */
  recall(id: string): ApiKey | undefined;
  find(id: string): Promise<ApiKey | undefined>;
}

/** Keys by id, read again every half second, since another process (the CLI) may revoke one at any time. */
export function knownKeys(apiKeys: Stores['apiKeys'], now: () => number): KnownKeys {
  const remembered = new Map<string, { key: ApiKey; readAtMs: number }>();
  const recall = (id: string) => {
    const known = remembered.get(id);
    const ageMs = known ? now() - known.readAtMs : 0;
    // A clock that was set back makes the age negative: then it says nothing.
    return ageMs >= 0 && ageMs < believedMs ? known?.key : undefined;
  };
  return {
    recall,
    async find(id) {
      const known = recall(id);
      if (known) return known;
      const key = await apiKeys.find(id);
      remembered.delete(id);
      if (!key) return undefined;
      if (remembered.size >= rememberedMax) remembered.clear();
      remembered.set(id, { key, readAtMs: now() });
      return key;
    },
  };
}
