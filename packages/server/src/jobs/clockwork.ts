import { AppError } from '../domain/app-error.ts';
import type { Session } from '../domain/session.ts';
import type { Statement } from '../storage/db.ts';
import { chainAudit } from '../usecases/audit/chain.ts';
import { expireConsents } from '../usecases/consent/end.ts';
import { revokeDue } from '../usecases/consent/revoke.ts';
import type { Deps } from '../usecases/deps.ts';
import { retryDocument } from '../usecases/documents/collect.ts';
import { erasePastRetention, orphanSearch } from '../usecases/documents/erase.ts';
import { judgeAgain } from '../usecases/documents/judge-again.ts';
import { completeJourney } from '../usecases/journey/complete.ts';
import { expireSessions } from '../usecases/sessions/expire.ts';
import { eventRetention } from './retain-events.ts';
import { retryTimes } from './retry-times.ts';
import { type Turns, takeTurns } from './take-turns.ts';

/** Time between two rounds, ms. */
const everyMs = 5_000;
/** Most rows that one sweep takes at a time. */
const batch = 200;
/** A sweep that finds as many as it takes goes on in the same round for so long, ms: no round holds up the rest, nor falls behind. */
const sweepMsMax = 2_000;
/** What anybody's calls and visits leave behind comes as fast as these do, and removing it takes no step of its own … */
const shortLivedBatch = 2_000;
/** … and so many times a round. */
const shortLivedBatches = 5;
/** A revocation is one short call, and several go at once. */
const revocationsBatch = 1_000;
/** Documents that are judged again in one round: each can take its whole time once more. */
const judgementsBatch = 5;
/** Calls of EntityLocker that are under way at once: they wait for the network, and erasing waits for them. */
const callsAtOnce = 10;
/** Batches of audit entries that one round takes in: more than a loaded gateway makes on average, less than holds it up. */
const auditBatches = 20;
/** What a request has begun is taken up by the clockwork once that request, here or on another node, has had this long, ms. */
const stalledAfterMs = 15_000;
/** How long the clockwork is one node's without another word from it, ms: then another takes over. */
const turnMs = 15_000;
const turnName = 'clockwork';
/** Rounds between the beginnings of two searches of the whole vault for orphans (an hour). */
const orphanRounds = 720;
/** How long a round goes on with one, ms: a vault may hold millions of files. */
const orphansMsMax = 500;

/**
 * The gateway's own steps, which no request asks for: expire, erase, and go on where a crash or a dead upstream left a
 * session. The first round runs at once, so a restart picks up what was under way. `stop` waits for the round at hand.
 *
 * Of several nodes one at a time does it. That saves double work and no more: each step is a compare-and-set, so a node
 * that was thought dead and goes on does no harm.
 */
export function startClockwork(deps: Deps): { stop(): Promise<void> } {
  let stopped = false;
  let round = 0;
  const retries = retryTimes(deps.now);
  const stalledTurns = takeTurns(batch);
  const pendingTurns = takeTurns(callsAtOnce);
  const removeOldEvents = eventRetention(deps);
  const orphans = orphanSearch(deps);

  const steps: [string, () => Promise<unknown>][] = [
    ['expire', () => untilDone(() => expireSessions(deps, batch))],
    ['consents', () => untilDone(() => expireConsents(deps, batch))],
    ['erase', () => untilDone(() => erasePastRetention(deps, batch))],
    ['attempts', () => forget(deps, deps.stores.attempts.removal)],
    ['tickets', () => forget(deps, deps.stores.tickets.removal)],
    ['bindings', () => forget(deps, deps.stores.bindings.removal)],
    ['answers', () => forget(deps, deps.stores.idempotentAnswers.removal)],
    ['events', removeOldEvents],
    ['counts', () => forget(deps, deps.stores.turns.removalOfCounts)],
    ['turns', () => deps.stores.commit([deps.stores.turns.removal(deps.now() - turnMs, batch)])],
    ['complete', () => completeStalled(deps, retries, stalledTurns, () => stopped)],
    ['collect', () => collectPending(deps, pendingTurns, () => stopped)],
    ['judge', () => judgeAgain(deps, judgementsBatch)],
    ['revoke', () => revokeDue(deps, revocationsBatch)],
    ['audit', () => chainAudit(deps, auditBatches)],
    ['orphans', async () => (round % orphanRounds === 0 || orphans.isUnderway() ? searchOn() : 0)],
  ];
  const untilDone = async (sweep: () => Promise<number>) => {
    const until = performance.now() + sweepMsMax;
    while ((await sweep()) === batch && !stopped && performance.now() < until);
  };
  const searchOn = () => {
    const until = performance.now() + orphansMsMax;
    return orphans.goOn(() => !stopped && performance.now() < until);
  };
  const told = (job: string) => (error: unknown) => {
    deps.log.error({ job, cause: error instanceof Error ? error.stack : undefined }, 'a sweep failed');
    return false;
  };
  const isOurTurn = async () => {
    const nowMs = deps.now();
    const turn = deps.stores.turns.take(turnName, { holder: deps.nodeId, nowMs, untilMs: nowMs + turnMs });
    return (await deps.stores.commit([turn])) === 'committed';
  };
  const runRound = async () => {
    if (stopped || !(await isOurTurn().catch(told('turn')))) return;
    for (const [name, step] of steps) {
      if (stopped) return;
      await step().catch(told(name));
    }
    round += 1;
  };
  let isRunning = false;
  const begin = async () => {
    isRunning = true;
    await runRound();
    isRunning = false;
  };
  let underway = begin();
  const timer = setInterval(() => {
    // After one that took longer than that comes one, and not as many as it has missed.
    if (!isRunning) underway = begin();
  }, everyMs);
  return {
    async stop() {
      stopped = true;
      clearInterval(timer);
      await underway;
      await deps.stores.commit([deps.stores.turns.leave(turnName, deps.nodeId)]).catch(told('turn'));
    },
  };
}

/** Attempts, tickets, bindings, answers and counts whose time is over, oldest first. */
async function forget({ stores, now }: Deps, removal: (beforeMs: number, limit: number) => Statement): Promise<void> {
  for (let done = 0; done < shortLivedBatches; done += 1) await stores.commit([removal(now(), shortLivedBatch)]);
}

/**
 * Some at a time, each up to the time that EntityLocker is given, and no more once the sweep has had its time: one that hangs must not hold up
 * erasing. A stop waits for those at hand.
 */
async function completeStalled(
  deps: Deps,
  retries: ReturnType<typeof retryTimes>,
  turns: Turns,
  isStopped: () => boolean,
): Promise<void> {
  const until = performance.now() + sweepMsMax;
  const stalled = turns.next(await deps.stores.sessions.stalled(deps.now() - stalledAfterMs, turns.page()));
  const faults: unknown[] = [];
  for (let at = 0; at < stalled.length && !isStopped() && performance.now() < until; at += callsAtOnce) {
    const due = retries.due(stalled.slice(at, at + callsAtOnce));
    await Promise.all(due.map((session) => completeOne(deps, session).catch((fault: unknown) => faults.push(fault))));
  }
  if (faults.length > 0) throw faults[0];
}

async function completeOne(deps: Deps, { id, mode }: Pick<Session, 'id' | 'mode'>): Promise<void> {
  const upstream = deps.upstreams[mode];
  if (!upstream) return;
  await completeJourney(deps, id, upstream).catch((error: unknown) => {
    if (!(error instanceof AppError) || error.entry.kind !== 'upstream') throw error;
  });
}

/** Documents whose issuer was down: as many as there are while it goes well, and no more in this round once some failed. */
async function collectPending(deps: Deps, turns: Turns, isStopped: () => boolean): Promise<void> {
  for (let tried = 0; tried < batch && !isStopped(); tried += callsAtOnce) {
    const nowMs = deps.now();
    const due = { nowMs, beforeMs: nowMs - stalledAfterMs };
    const pending = turns.next(await deps.stores.documents.pending(due, turns.page()));
    const done = await Promise.all(pending.map((document) => retryDocument(deps, document)));
    if (pending.length < callsAtOnce || done.includes(false)) return;
  }
}
