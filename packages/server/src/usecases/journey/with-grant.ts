import { consentEnded } from '../../upstream/refusal.ts';
import type { Grant, Upstream } from '../../upstream/upstream.ts';
import type { Deps } from '../deps.ts';
import { isSameGrant, type Subject } from './note-grant.ts';
import { presentGrant, renewedGrant } from './renew-grant.ts';

/** Uses of one call: with the grant as it is, renewed, and with what somebody else has put in its place meanwhile. */
const usesMax = 3;

/**
 * Calls the upstream with the session's tokens; when they are no longer taken, once more with renewed ones. Judged by
 * the upstream's answer and not by our clock, which may be off by more than a token lives.
 *
 * Rejects as `use` does, with `upstream_unavailable` where there are no tokens (any more), or with a refusal for which
 * `consentEnded` is true when the tokens are not renewed: then what was refused is still what the session has.
 */
export async function withGrant<T>(
  deps: Deps,
  session: Subject,
  upstream: Upstream,
  use: (grant: Grant) => Promise<T>,
): Promise<T> {
  let { grant } = await presentGrant(deps, session);
  for (let uses = 1; ; uses += 1) {
    try {
      return await use(grant);
    } catch (error) {
      if (!consentEnded(error) || !grant.refreshToken || uses === usesMax) throw error;
      const isFirst = uses === 1;
      grant = isFirst
        ? await renewedGrant(deps, session, upstream, grant).catch((refusal) =>
            otherGrant(deps, session, grant, refusal),
          )
        : await otherGrant(deps, session, grant, error);
    }
  }
}

/** What stands in the place of a grant that was refused; if it stands there still, rejects with the refusal. */
async function otherGrant(deps: Deps, session: Subject, refused: Grant, refusal: unknown): Promise<Grant> {
  if (!consentEnded(refusal)) throw refusal;
  const { grant } = await presentGrant(deps, session);
  if (isSameGrant(grant, refused)) throw refusal;
  return grant;
}
