import { isWebOrigin, originsMax } from '../../domain/origin.ts';
import { Refusal } from '../../domain/refusal.ts';
import type { Stores } from '../../stores/index.ts';

/** The origins of a key; undefined where there is no such key, or it is revoked. */
export async function originsOf(
  { stores }: { stores: Stores },
  apiKey: string,
): Promise<readonly string[] | undefined> {
  const key = await stores.apiKeys.find(apiKey);
  return key?.revokedAtMs === null ? key.origins : undefined;
}

/** Adds and removes origins of a key; resolves to its new list. A running gateway goes by it within a second. */
export async function changeOrigins(
  { stores }: { stores: Stores },
  apiKey: string,
  { add, remove }: { add: readonly string[]; remove: readonly string[] },
): Promise<readonly string[]> {
  const from = await originsOf({ stores }, apiKey);
  if (!from) throw new Refusal('No such key, or it is revoked.');
  const to = checkedOrigins([...from, ...add].filter((origin) => !remove.includes(origin)));
  const outcome = await stores.commit([stores.apiKeys.origins(apiKey, { from, to })]);
  if (outcome === 'conflict') throw new Refusal('The key was changed by somebody else at this moment. Try again.');
  return to;
}

/** Each origin once. Throws for one that no browser would send, and for too many. */
export function checkedOrigins(origins: readonly string[]): readonly string[] {
  const wrong = origins.find((origin) => !isWebOrigin(origin));
  if (wrong !== undefined) {
    throw new Refusal(
      `${wrong} is not an origin: https:// and a host as browsers write it, without a path, such as https://shop.example.in.`,
    );
  }
  const each = [...new Set(origins)];
  if (each.length > originsMax) throw new Refusal(`A key has at most ${originsMax} origins.`);
  return each;
}
