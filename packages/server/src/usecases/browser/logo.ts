import type { KnownKeys } from '../access/known-keys.ts';
import type { Deps } from '../deps.ts';
import { framedSession } from './frame.ts';

/** Pictures by their addresses, also those that are none: a broken one is not fetched for every visitor. */
export type Logos = Map<string, { png: Promise<Buffer | undefined>; atMs: number }>;

/** How long a picture is believed, ms. */
export const logoLifeMs = 60 * 60 * 1000;
/** Most pictures that are kept; the one that was fetched first goes first. */
const logosMax = 100;
/** A page shows one logo; so many different ones are fetched for one session within the hour. */
const fetchesMax = 5;
/** Longest address, characters. */
const urlCharsMax = 2_048;
const fetchMsMax = 3_000;
const fetchBytesMax = 256 * 1024;

/**
 * The integrator's logo for a page in its frame, fetched through the egress guard and drawn anew, so that the person's browser
 * asks nobody but us. `undefined` where there is none to show: it is decoration, and its absence no fault. Only for a key
 * that may show the session; rejects as `framedSession` does otherwise.
 */
export async function sessionLogo(
  deps: Deps,
  keys: KnownKeys,
  { sessionId, keyId, url }: { sessionId: string; keyId: string; url: string },
): Promise<Buffer | undefined> {
  const { session } = await framedSession(deps, keys, { sessionId, keyId });
  if (url === '' || url.length > urlCharsMax) return undefined;
  const nowMs = deps.now();
  const known = deps.logos.get(url);
  if (known && nowMs - known.atMs < logoLifeMs) return known.png;
  const { used } = await deps.rates.take({ policy: 'logo', key: session.id }, logoLifeMs, fetchesMax);
  if (used > fetchesMax) return undefined;
  const png = fetchLogo(deps, url);
  // Deleted first, so that the oldest stands first.
  deps.logos.delete(url);
  const [oldest] = deps.logos.size >= logosMax ? deps.logos.keys() : [];
  if (oldest !== undefined) deps.logos.delete(oldest);
  deps.logos.set(url, { png, atMs: nowMs });
  return png;
}

async function fetchLogo({ egress, log }: Deps, url: string): Promise<Buffer | undefined> {
  try {
    const answer = await egress.request({
      method: 'GET',
      url,
      deadlineMs: fetchMsMax,
      bytesMax: fetchBytesMax,
      excess: 'refuse',
      contentTypes: ['image/png', 'image/jpeg'],
    });
    if (answer.status !== 200) return undefined;
    // Two readers of pictures, which most gateways never need.
    const { redraw } = await import('../../logos/redraw.ts');
    return redraw(answer.body);
  } catch (error) {
    log.info({ detail: String(error) }, 'a logo could not be had');
    return undefined;
  }
}
