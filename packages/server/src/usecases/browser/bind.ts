import { randomBytes } from 'node:crypto';
import type { Caller } from '../../domain/api-key.ts';
import { AppError } from '../../domain/app-error.ts';
import { isEnd, type Session } from '../../domain/session.ts';
import type { Deps } from '../deps.ts';
import { firstStep } from '../journey/first-step.ts';
import { familySession } from '../sessions/status.ts';
import { browserHashOf, isBrowser } from './identify.ts';

/** How often it is tried anew on what became true meanwhile: only another step of the same session can cost a try. */
const triesMax = 4;

export interface BoundBrowser {
  sdkToken: string;
  /** The cookie of a browser that was bound just now; undefined for one that has it already. */
  newBrowserId: string | undefined;
  /** The session's own. */
  expiresAtMs: number;
}

/**
 * Lets a browser speak for a session (B1, sandbox-api §1.10). The first one is bound and gets a cookie; whoever comes
 * without it later is `insufficient_privilege`, and of many at once exactly one is first. A `created` session becomes
 * `initialized`; one at its end is `invalid_session_lifecycle`.
 *
 * The caller has no say in which cookie it is: one that somebody planted in the browser before would bind him as well.
 */
export async function bindBrowser(
  deps: Deps,
  caller: Caller,
  { sessionId, browserId }: { sessionId: string; browserId: string | undefined },
): Promise<BoundBrowser> {
  for (let tries = 0; tries < triesMax; tries += 1) {
    const session = await familySession(deps, caller, { sessionId, family: 'sdk' });
    if (isEnd(session.status)) throw new AppError('invalid_session_lifecycle', { detail: 'the session is at its end' });
    const bound = await deps.stores.bindings.find(session.id);
    if (bound && !(browserId && isBrowser(browserId, bound.browserHash))) {
      throw new AppError('insufficient_privilege', { detail: 'the session is bound to another browser' });
    }
    const nowMs = deps.now();
    const newBrowserId = bound ? undefined : randomBytes(32).toString('base64url');
    const changes = [
      ...(newBrowserId ? binding(deps, session, newBrowserId, nowMs) : []),
      ...firstStep(deps, session, nowMs),
    ];
    if (changes.length > 0 && (await deps.stores.commit(changes)) === 'conflict') continue;
    const browserHash = bound?.browserHash ?? browserHashOf(newBrowserId ?? '');
    const sdkToken = await deps.sdkTokens.issue(
      { ...caller, sessionId: session.id, browserHash, hasReturned: false },
      session.expiresAtMs,
    );
    return { sdkToken, newBrowserId, expiresAtMs: session.expiresAtMs };
  }
  throw new AppError('invalid_session_lifecycle', { detail: 'the session does not stand still' });
}

function binding({ stores }: Deps, session: Session, browserId: string, atMs: number) {
  return [
    stores.bindings.insertion({
      sessionId: session.id,
      browserHash: browserHashOf(browserId),
      boundAtMs: atMs,
      expiresAtMs: session.expiresAtMs,
    }),
    stores.audit.insertion(session, {
      atMs,
      actor: 'person',
      action: 'browser.bound',
    }),
  ];
}
