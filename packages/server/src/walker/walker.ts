import type { WalkAction, WalkStep } from '@tijori/wire';
import { walkScenario } from './scenario-walks.ts';
import { beginWalk, type Standing, type Walk } from './walk.ts';

/** Most sessions with a browser open; the one that was used longest ago makes room. */
const walksMax = 200;
/** For one request of the pretend browser, ms: longer than the gateway waits for EntityLocker, retries included. */
const requestMsMax = 45_000;

export interface WalkerSettings {
  /** Where browsers reach the gateway. */
  gatewayUrl: string;
  /** Scheme, host and port of EntityLocker. */
  upstreamOrigin: string;
  callbackUrl: string;
}

/**
 * People without a screen, one for each session. An HTTP client with a cookie jar, and nothing else: whatever it brings
 * about, a browser could. Steps of one session go one after another.
 *
 * Rejects with `invalid_action`, `unknown_persona` or `unknown_choice`, each with the valid ones; then nothing was sent,
 * or it was not taken.
 */
export interface Walker {
  standing(sessionId: string): Standing;
  act(sessionId: string, action: WalkAction, step: Omit<WalkStep, 'action'>): Promise<Standing>;
  /** A browser of its own from the session's page on, to where the scenario ends. */
  play(sessionId: string, scenario: string): Promise<Standing>;
  forget(sessionId: string): void;
}

export function openWalker({ gatewayUrl, upstreamOrigin, callbackUrl }: WalkerSettings): Walker {
  const settings = { gatewayUrl, callbackUrl, requestMsMax, origins: [new URL(gatewayUrl).origin, upstreamOrigin] };
  const walks = new Map<string, { walk: Walk; last: Promise<unknown> }>();

  const walkOf = (sessionId: string) => {
    const known = walks.get(sessionId) ?? { walk: beginWalk(settings, sessionId), last: Promise.resolve() };
    walks.delete(sessionId);
    walks.set(sessionId, known);
    for (const oldest of walks.keys()) {
      if (walks.size <= walksMax) break;
      walks.delete(oldest);
    }
    return known;
  };
  const inTurn = (sessionId: string, work: (walk: Walk) => Promise<void>): Promise<Standing> => {
    const entry = walkOf(sessionId);
    const turn = entry.last.then(() => work(entry.walk));
    entry.last = turn.catch(() => {});
    return turn.then(() => entry.walk.standing());
  };

  return {
    standing: (sessionId) => walks.get(sessionId)?.walk.standing() ?? { place: 'start', actions: ['open'] },
    act: (sessionId, action, step) => inTurn(sessionId, (walk) => walk.act(action, step)),
    play: (sessionId, scenario) =>
      inTurn(sessionId, async (walk) => {
        if (walk.standing().place !== 'start') await walk.act('abandon', {});
        await walkScenario(walk, scenario);
      }),
    forget: (sessionId) => {
      walks.delete(sessionId);
    },
  };
}
