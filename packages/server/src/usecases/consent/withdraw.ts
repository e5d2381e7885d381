import { hash } from 'node:crypto';
import type { Caller } from '../../domain/api-key.ts';
import { AppError } from '../../domain/app-error.ts';
import type { ConsentEnder } from '../../domain/consent-record.ts';
import type { Session } from '../../domain/session.ts';
import type { Deps } from '../deps.ts';
import { failJourney } from '../journey/fail.ts';
import { type JourneySession, journeySession } from '../journey/view.ts';
import { type AnswerOf, answerAbout, keepAnswer } from '../sessions/kept-answer.ts';
import { ownSession } from '../sessions/status.ts';
import { endConsent } from './end.ts';

/** The session can move on at each try, but has only so many steps. */
const triesMax = 8;

/** Where a person withdraws. The code stands in the fragment, which browsers send to nobody. */
export const withdrawalPath = '/withdraw';

const codePattern = /^[A-Za-z0-9_-]{43}$/;

/**
 * The session for which a person holds a withdrawal code. Rejects with `link_refused` for a code that is none, and for one
 * of a consent that never came about.
 */
export async function consentOfCode(deps: Deps, code: string): Promise<JourneySession> {
  const id = codePattern.test(code) ? await deps.stores.consents.sessionOfCode(hash('sha256', code, 'hex')) : undefined;
  const view = id === undefined ? undefined : await journeySession(deps, id);
  if (!view || !wasGiven(view.session)) {
    throw new AppError('link_refused', { detail: 'no such withdrawal code, or no consent behind it' });
  }
  return view;
}

/** It stands, or was withdrawn: who presses twice is told so twice. */
function wasGiven({ status, statusReason }: Session): boolean {
  return status === 'succeeded' || status === 'authorized' || statusReason === 'consent_withdrawn';
}

/** The person takes the consent back that they gave. A consent that is over already stays as it ended. */
export async function withdrawByCode(deps: Deps, code: string): Promise<JourneySession> {
  const { workspaceName } = await consentOfCode(deps, code);
  // By the code at each try: a reset takes it, and whoever consents after that is not meant.
  const read = async () => (await consentOfCode(deps, code)).session;
  return { session: await withdraw(deps, read, 'person'), workspaceName };
}

/**
 * The integrator ends the consent on the person's behalf: they withdrew it there, say. Rejects with `no_consent` for a
 * session in which none was given.
 */
export async function withdrawConsent(
  deps: Deps,
  caller: Caller,
  id: string,
  answerOf: AnswerOf = () => [],
): Promise<Session> {
  return withdraw(deps, () => ownSession(deps, caller, id), 'integrator', answerOf);
}

async function withdraw(
  deps: Deps,
  read: () => Promise<Session>,
  by: ConsentEnder,
  answerOf: AnswerOf = () => [],
): Promise<Session> {
  const alongside = answerAbout(deps, answerOf);
  for (let tries = 0; tries < triesMax; tries += 1) {
    const session = await read();
    if (session.consentEndedAtMs !== null || session.statusReason === 'consent_withdrawn') {
      if (await keepAnswer(deps, session, alongside)) return session;
      continue;
    }
    if (session.status !== 'succeeded' && session.status !== 'authorized') throw new AppError('no_consent');
    const atMs = deps.now();
    const ended =
      session.status === 'succeeded'
        ? await endConsent(deps, session, { reason: 'withdrawn', by, atMs }, alongside)
        : await failJourney(deps, session, 'consent_withdrawn', { actor: by, alongside });
    if (ended) return ended;
  }
  throw new AppError('internal', { detail: 'a session moved on at each attempt to withdraw its consent' });
}
