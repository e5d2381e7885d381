import type { ApiKey } from '../../domain/api-key.ts';
import { isLoopbackOrigin, mayUseKey } from '../../domain/origin.ts';
import type { Deps } from '../deps.ts';

type OriginDeps = Pick<Deps, 'stores' | 'baseUrl' | 'loopbackOrigins'>;

/** Whether a page of this origin may call with this key. Our own pages always may. */
export function mayCall(
  { baseUrl, loopbackOrigins }: Omit<OriginDeps, 'stores'>,
  key: ApiKey,
  origin: string,
): boolean {
  return origin === baseUrl || mayUseKey(key, origin, loopbackOrigins);
}

/**
 * Whether a page of this origin may call for this session with any key at all. A browser that asks beforehand (CORS
 * preflight) does not say which key it will send.
 */
export async function mayAsk(
  { stores, loopbackOrigins }: OriginDeps,
  { sessionId, origin }: { sessionId: string; origin: string },
): Promise<boolean> {
  if (loopbackOrigins && isLoopbackOrigin(origin)) return true;
  const session = await stores.sessions.find(sessionId);
  if (!session) return false;
  const keys = await stores.apiKeys.standing(session.workspaceId, session.mode);
  return keys.some((key) => mayUseKey(key, origin, false));
}
