import { setTimeout as wait } from 'node:timers/promises';
import type { FastifyReply } from 'fastify';
import { type Answer, fault } from '../answer.ts';
import type { Grants } from '../grants.ts';
import type { Journeys } from '../journeys.ts';
import { field, formOf } from '../oauth/form.ts';
import type { Profile } from '../profile.ts';
import type { Point, Scenario } from '../scenario.ts';
import type { Disturbance, FaultAnswer } from './effect.ts';
import type { AnswerQueue } from './queue.ts';
import { type Subject, subjectOf } from './subject.ts';
import { effectOf } from './table.ts';

/** How long and how often. */
export interface Pace {
  /** Of `slow` and of a queued `delay`. */
  slowMs: number;
  /** How often what recovers fails first. */
  failures: number;
  /** Told by a 429. */
  retryAfterS: number;
}

export const defaultPace: Pace = { slowMs: 300, failures: 2, retryAfterS: 1 };

export interface PlayParts {
  grants: Grants;
  journeys: Journeys;
  profile: Profile;
  pace: Pace;
  queue: AnswerQueue;
}

export interface Player {
  scenario: Scenario;
  /** Lets go of every connection that is being left without an answer. */
  release(): void;
}

/** Plays the queue first, then the scenario of the request's own journey or consent. */
export function openPlayer(parts: PlayParts): Player {
  const silent = new Set<FastifyReply>();
  const perform = async (disturbance: Disturbance, { subject, reply, usual }: Turn): Promise<Answer | undefined> => {
    switch (disturbance.kind) {
      case 'delay':
        await wait(parts.pace.slowMs);
        return usual();
      case 'fault':
        return faultDue(parts, disturbance, subject) ?? usual();
      case 'silence':
        reply.hijack();
        silent.add(reply);
        reply.raw.once('close', () => silent.delete(reply));
        return undefined;
      case 'reset':
        reply.hijack();
        reply.raw.socket?.resetAndDestroy();
        return undefined;
    }
  };
  const scenario: Scenario = async (point, request, reply, usual) => {
    if (point === 'asset') return usual();
    const subject = subjectOf(parts, point, request);
    const turn: Turn = { subject, reply, usual };
    const queued = parts.queue.take({ point, clientId: subject.clientId, workspace: subject.workspace });
    if (queued?.kind === 'answer') return { status: queued.status, headers: queued.headers, body: queued.body };
    const disturbance = queued ?? effectOf(subject.scenario).at?.[point];
    const isMeant = disturbance?.grant === undefined || disturbance.grant === field(formOf(request.body), 'grant_type');
    const answer = disturbance && isMeant ? await perform(disturbance, turn) : await usual();
    if (answer && isDownload(point, answer) && subject.consentId !== undefined && subject.scenario !== undefined) {
      parts.grants.count(subject.consentId, 'download');
    }
    return answer;
  };
  const release = (): void => {
    for (const reply of silent) reply.raw.destroy();
    silent.clear();
  };
  return { scenario, release };
}

interface Turn {
  subject: Subject;
  reply: FastifyReply;
  usual: () => Answer | Promise<Answer>;
}

function isDownload(point: Point, answer: Answer): boolean {
  return (point === 'file' || point === 'xml') && answer.status === 200;
}

/** The fault, or nothing when it is over or has not begun. */
function faultDue({ grants, pace, profile }: PlayParts, due: FaultAnswer, { consentId }: Subject): Answer | undefined {
  if (consentId !== undefined) {
    if (due.afterFirstDownload && grants.counted(consentId, 'download') === 0) return undefined;
    if (due.recovers && grants.count(consentId, 'fault') > pace.failures) return undefined;
  }
  const styles = { internal: profile.internalStatus, inactive: profile.inactiveStatus };
  const status = typeof due.status === 'number' ? due.status : styles[due.status];
  const headers: Record<string, string> = {};
  if (due.saysWhen) headers['retry-after'] = String(pace.retryAfterS);
  if (status === 401) headers['www-authenticate'] = `Bearer error="${due.error}"`;
  return fault(status, due.error, due.description, headers);
}
