import type { Answer } from '../answer.ts';
import type { Point } from '../scenario.ts';
import type { Disturbance } from './effect.ts';

/** Which request a queued answer is for. What is absent matches everything. */
export interface QueueMatch {
  point?: Point;
  clientId?: string;
  /** The `x_simulator_workspace` of the authorization request. */
  workspace?: string;
}

/** What is queued: a whole answer of one's own, or one of the ways in which an answer can go wrong. */
export type QueuedAnswer = ({ kind: 'answer' } & Answer) | Disturbance;

export interface QueueEntry {
  match: QueueMatch;
  answer: QueuedAnswer;
  /** For so many requests. Default: one. */
  times?: number;
}

/** What is known about a request before it is answered. */
export interface Caller {
  point: Point;
  clientId: string | undefined;
  workspace: string | undefined;
}

/** What to forget, or all. */
export interface ResetScope {
  clientId?: string;
  workspace?: string;
}

/** Most entries that wait at a time for one client and workspace: a test that never collects must not fill the memory. */
export const queuedMax = 1000;

/** The next answers, first in, first out. In memory: a queue belongs to the test that filled it. */
export interface AnswerQueue {
  /** False when too many wait already. */
  add(entry: QueueEntry): boolean;
  take(caller: Caller): QueuedAnswer | undefined;
  isEmpty(): boolean;
  forget(scope: ResetScope): void;
}

export function answerQueue(): AnswerQueue {
  let entries: { match: QueueMatch; answer: QueuedAnswer; left: number }[] = [];
  return {
    add: ({ match, answer, times = 1 }) => {
      if (!Number.isSafeInteger(times) || times < 1) throw new Error('times must be a whole number from 1');
      const alike = entries.filter(
        (entry) => entry.match.clientId === match.clientId && entry.match.workspace === match.workspace,
      );
      if (alike.length >= queuedMax) return false;
      entries.push({ match, answer, left: times });
      return true;
    },
    take: (caller) => {
      // A style sheet must not use up an answer that was meant for a call.
      const entry = caller.point === 'asset' ? undefined : entries.find(({ match }) => fits(match, caller));
      if (!entry) return undefined;
      entry.left -= 1;
      if (entry.left === 0) entries = entries.filter((other) => other !== entry);
      return entry.answer;
    },
    isEmpty: () => entries.length === 0,
    forget: (scope) => {
      entries = entries.filter(
        ({ match }) =>
          (scope.clientId !== undefined && match.clientId !== scope.clientId) ||
          (scope.workspace !== undefined && match.workspace !== scope.workspace),
      );
    },
  };
}

function fits(match: QueueMatch, caller: Caller): boolean {
  return (
    (match.point === undefined || match.point === caller.point) &&
    (match.clientId === undefined || match.clientId === caller.clientId) &&
    (match.workspace === undefined || match.workspace === caller.workspace)
  );
}
