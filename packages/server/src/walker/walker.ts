import type { WalkAction, WalkStep } from '@tijori/wire';
import { walkScenario } from './scenario-walks.ts';
import { beginWalk, impossible, type Standing, type Walk } from './walk.ts';

/** Most sessions of one workspace with a browser open; the one that was used longest ago makes room. */
const walksMax = 200;

export interface WalkerSettings {
  /** Where browsers reach the gateway. */
  gatewayUrl: string;
  /** Scheme, host and port of EntityLocker. */
  upstreamOrigin: string;
  callbackUrl: string;
}

/** Whose person it is. */
export interface Walked {
  workspaceId: string;
  id: string;
}

/**
 * People without a screen, one for each session. An HTTP client with a cookie jar, and nothing else: it has no way to the
 * store. Steps of one session go one after another.
 *
 * Rejects with `invalid_action`, `unknown_persona` or `unknown_choice`, each with the valid ones; then nothing was sent,
 * or it was not taken.
 */
export interface Walker {
  standing(session: Walked): Standing;
  act(session: Walked, action: WalkAction, step: Omit<WalkStep, 'action'>): Promise<Standing>;
  /** A browser of its own from the session's page on, to where the scenario ends. */
  play(session: Walked, scenario: string): Promise<Standing>;
  /** Closes the browsers of a workspace that nobody is using at this moment. */
  forget(workspaceId: string): void;
  /** Ends what is under way. */
  close(): void;
}

interface Entry {
  walk: Walk;
  last: Promise<unknown>;
  underway: number;
}

export function openWalker({ gatewayUrl, upstreamOrigin, callbackUrl }: WalkerSettings): Walker {
  const stopping = new AbortController();
  const origins = [new URL(gatewayUrl).origin, upstreamOrigin];
  const settings = { gatewayUrl, callbackUrl, origins, signal: stopping.signal };
  const workspaces = new Map<string, Map<string, Entry>>();

  const entryOf = ({ workspaceId, id }: Walked): Entry => {
    const walks = workspaces.get(workspaceId) ?? new Map<string, Entry>();
    workspaces.set(workspaceId, walks);
    const entry = walks.get(id) ?? { walk: beginWalk(settings, id), last: Promise.resolve(), underway: 0 };
    // Put last, so that the one used longest ago stands first.
    walks.delete(id);
    if (walks.size >= walksMax) {
      const idle = [...walks].find(([, { underway }]) => underway === 0)?.[0];
      if (idle === undefined) throw impossible([]);
      walks.delete(idle);
    }
    walks.set(id, entry);
    return entry;
  };
  const inTurn = async (session: Walked, work: (walk: Walk) => Promise<void>): Promise<Standing> => {
    const entry = entryOf(session);
    entry.underway += 1;
    const turn = entry.last.then(() => work(entry.walk));
    entry.last = turn.catch(() => {});
    try {
      await turn;
      return entry.walk.standing();
    } finally {
      entry.underway -= 1;
    }
  };

  return {
    standing: ({ workspaceId, id }) =>
      workspaces.get(workspaceId)?.get(id)?.walk.standing() ?? { place: 'start', actions: ['open'] },
    act: (session, action, step) => inTurn(session, (walk) => walk.act(action, step)),
    play: (session, scenario) =>
      inTurn(session, async (walk) => {
        if (walk.standing().place !== 'start') await walk.act('abandon', {});
        await walkScenario(walk, scenario);
      }),
    forget: (workspaceId) => {
      const walks = workspaces.get(workspaceId);
      for (const [id, { underway }] of walks ?? []) if (underway === 0) walks?.delete(id);
    },
    close: () => stopping.abort(),
  };
}
