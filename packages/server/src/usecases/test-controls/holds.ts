import type { Session, SessionStanding } from '../../domain/session.ts';

/** Most sessions of one workspace that are held at a time; the oldest hold ends for a new one. */
const holdsMax = 1000;

export type HoldLength = { polls: number } | { seconds: number };

/** Sessions that the API goes on showing as they were. In memory: a hold belongs to the test that asked for it. */
export interface Holds {
  set(session: Session, length: HoldLength, nowMs: number): void;
  /** The session as the API shows it. A poll uses one of the polls up; looking on the way to something else does not. */
  shown<Seen extends SessionStanding>(session: Seen, nowMs: number, isPoll: boolean): Session | Seen;
  forgetWorkspace(workspaceId: string): void;
}

interface Hold {
  session: Session;
  pollsLeft: number;
  untilMs: number;
}

export function openHolds(): Holds {
  const workspaces = new Map<string, Map<string, Hold>>();
  return {
    set: (session, length, nowMs) => {
      const held = workspaces.get(session.workspaceId) ?? new Map<string, Hold>();
      workspaces.set(session.workspaceId, held);
      const isCounted = 'polls' in length;
      const pollsLeft = isCounted ? length.polls : Number.POSITIVE_INFINITY;
      const untilMs = isCounted ? Number.POSITIVE_INFINITY : nowMs + length.seconds * 1000;
      held.delete(session.id);
      held.set(session.id, { session, pollsLeft, untilMs });
      const [oldest] = held.keys();
      if (held.size > holdsMax && oldest !== undefined) held.delete(oldest);
    },
    shown: (session, nowMs, isPoll) => {
      const held = workspaces.get(session.workspaceId);
      const hold = held?.get(session.id);
      if (!held || !hold) return session;
      if (nowMs >= hold.untilMs || hold.pollsLeft <= 0) {
        held.delete(session.id);
        return session;
      }
      if (isPoll) hold.pollsLeft -= 1;
      return hold.session;
    },
    forgetWorkspace: (workspaceId) => {
      workspaces.delete(workspaceId);
    },
  };
}
