import type { ApiKey } from '../../domain/api-key.ts';
import { AppError } from '../../domain/app-error.ts';
import type { KnownKeys } from '../access/known-keys.ts';
import type { Deps } from '../deps.ts';
import { type JourneySession, journeySession } from '../journey/view.ts';
import { standingKey } from './identify.ts';
import { mayCall } from './judge-origin.ts';

/** Longest address to which a person can go back, characters. */
const returnCharsMax = 2_048;

/** A session as a page shows it under this key, which must stand and be of its workspace and mode. */
export async function framedSession(
  deps: Deps,
  keys: KnownKeys,
  { sessionId, keyId }: { sessionId: string; keyId: string },
): Promise<JourneySession & { key: ApiKey }> {
  const key = await standingKey(deps, keys, keyId);
  const view = await journeySession(deps, sessionId);
  if (view.session.workspaceId !== key.workspaceId || view.session.mode !== key.mode) {
    throw new AppError('data_not_found', { fill: { id: sessionId } });
  }
  return { ...view, key };
}

/**
 * The address to which a person goes back after a trip in the same tab: a page whose origin may use the key, so that nobody
 * makes us send people elsewhere. `undefined` for any other; it costs the person a click and no more.
 */
export async function pageAddress(
  deps: Deps,
  keys: KnownKeys,
  { sessionId, keyId, address }: { sessionId: string; keyId: string; address: string },
): Promise<string | undefined> {
  if (address.length > returnCharsMax || !URL.canParse(address)) return undefined;
  const { origin, username, password, href } = new URL(address);
  if (username || password) return undefined;
  const view = await framedSession(deps, keys, { sessionId, keyId }).catch(() => undefined);
  return view && mayCall(deps, view.key, origin) ? href : undefined;
}
