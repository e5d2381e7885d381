/**
 * The kill -9 loop (acceptance G1): start, load, kill, look at what is left, start again, ask again; always on the same
 * data folder, so that state and wear add up.
 *
 * What it proves: every change set is whole or absent, recovery works and is quick, nothing acknowledged is lost when
 * the process dies. What it cannot prove: power loss. The kernel outlives the process and still writes what the process
 * wrote, so a server that never syncs passes this loop as well (acceptance §0 no. 2). With a `power` to cut, that is gone too.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { type Integrator, integratorOf } from './api.ts';
import { askAgain } from './ask-again.ts';
import { inspectAtRest } from './at-rest.ts';
import { Connection } from './connection.ts';
import type { Finding } from './finding.ts';
import { type GatewayProcess, killDuringStart, type Place, startGateway } from './gateway-process.ts';
import { type Fact, isOfNow, Ledger } from './ledger.ts';
import { type Journey, runLoad, textOf, walkJourney } from './load.ts';
import { pick, seededRandom } from './random.ts';
import { errorsLogged } from './server-log.ts';
import { halfWritten, leftoversStay, plantLeftovers } from './vault-folder.ts';

export interface CrashPlan {
  place: Place;
  rounds: number;
  seed: number;
  /** The kill comes at a random moment from 50 ms to this after the first answer. */
  loadMsMax: number;
  /** Ends with the last crash and leaves the folder as it fell: for servers that are wrong on purpose. */
  leaveDead?: boolean;
  /** What the data folder lies on, if its power is cut before the process is killed. */
  power?: Power;
  /** What must have been acknowledged before the kill; waited for, but not for ever. */
  until?: (ledger: Ledger) => boolean;
  /** Something that goes wrong around the server while it works; requests may fail from then on, facts may not. */
  trouble?: Trouble;
  onRound?: (round: RoundReport) => void;
}

export interface Trouble {
  begin(pid: number): void;
  /** How long it works on under it, ms. */
  lastsMs: number;
  /** Told what had become of the process by then: null while it lives. */
  over(exitCode: number | null): void;
}

export interface Power {
  /** Nothing that is not on the disk by now will ever be. */
  cut(): void;
  /** What is on the disk can be read again. */
  boot(): Promise<void>;
}

export interface RoundReport {
  round: number;
  killedAtMs: number;
  acknowledged: number;
  /** Null in the first round, which follows no crash. */
  readyMs: number | null;
  /** Kills that hit the start of this round. */
  startsKilled: number;
  askedAgain: number;
  findings: readonly Finding[];
  /** The server's own last errors, if anything was found. */
  logged: readonly string[];
}

export interface CrashSummary {
  ledger: Ledger;
  findings: readonly Finding[];
  /** From spawn to ready, for each start after a crash. */
  readyMs: readonly number[];
  askedAgain: number;
  killedDuringStart: number;
  /** Journeys that a crash interrupted; all of them were gone on with. */
  interrupted: number;
}

const killMsMin = 50;
const firstAnswerMsMax = 30_000;
const untilMsMax = 60_000;
/** How often a start is itself killed on the way, and within what time. */
const startsKilled = 0.2;
const startMsMax = 600;
/** A node of several sweeps only when the turn of the one that died is over, after 15 s. So they get leftovers once in so many crashes. */
const leftoversEvery = 10;
/** Facts of earlier rounds that are asked for again over HTTP in each round. */
const sampleSize = 100;

/** Runs all rounds. The server is gone when this resolves; the folder stays. */
export async function runCrashLoop(plan: CrashPlan): Promise<CrashSummary> {
  const loop = new CrashLoop(plan);
  return loop.run();
}

class CrashLoop {
  readonly #plan: CrashPlan;
  readonly #random: () => number;
  readonly #ledger = new Ledger();
  readonly #journeys = new Set<Journey>();
  readonly #interrupted = new Set<Journey>();
  readonly #findings: Finding[] = [];
  readonly #readyMs: number[] = [];
  #integrator: Integrator | undefined;
  #halfBefore: string[] = [];
  #crashes = 0;
  #askedAgain = 0;
  #killedDuringStart = 0;

  constructor(plan: CrashPlan) {
    this.#plan = plan;
    this.#random = seededRandom(plan.seed);
  }

  async run(): Promise<CrashSummary> {
    for (let round = 1; round <= this.#plan.rounds; round += 1) await this.#round(round);
    if (!this.#plan.leaveDead) await this.#last();
    return {
      ledger: this.#ledger,
      findings: this.#findings,
      readyMs: this.#readyMs,
      askedAgain: this.#askedAgain,
      killedDuringStart: this.#killedDuringStart,
      interrupted: this.#interrupted.size,
    };
  }

  async #round(round: number): Promise<void> {
    const { ledger, findings } = { ledger: this.#ledger, findings: this.#findings };
    const before = {
      findings: findings.length,
      acknowledged: ledger.acknowledged,
      askedAgain: this.#askedAgain,
      killedDuringStart: this.#killedDuringStart,
    };
    const gateway = await this.#start(round > 1);
    const killedAtMs = killMsMin + this.#random() * Math.max(0, this.#plan.loadMsMax - killMsMin);
    try {
      if (round > 1) await this.#verify();
      const integrator = await this.#integratorOf(gateway);
      ledger.open(round);
      this.#forgetJourneys();
      const load = { ledger, integrator, random: this.#random, journeys: this.#journeys };
      const loaded = runLoad(load);
      // Counted from the first answer: on a busy machine a cold server may take longer than that for it.
      const giveUpAtMs = performance.now() + firstAnswerMsMax;
      while (ledger.acknowledged === before.acknowledged && performance.now() < giveUpAtMs) await sleep(1);
      await sleep(killedAtMs);
      const untilMs = performance.now() + untilMsMax;
      while (this.#plan.until?.(ledger) === false && performance.now() < untilMs) await sleep(5);
      const { trouble } = this.#plan;
      if (trouble) {
        trouble.begin(gateway.pid);
        await sleep(trouble.lastsMs);
        trouble.over(gateway.exitCode());
      }
      // One turn of the loop: nothing can be acknowledged between the fence and the order to kill.
      ledger.shut();
      this.#plan.power?.cut();
      await gateway.kill();
      findings.push(...(await loaded).filter(({ kind }) => !(trouble && kind === 'served')));
      await this.#plan.power?.boot();
    } finally {
      ledger.shut();
      await gateway.kill();
    }
    for (const journey of this.#journeys) this.#interrupted.add(journey);
    findings.push(...(await inspectAtRest(this.#plan.place, this.#facts())));
    const found = findings.slice(before.findings);
    this.#plan.onRound?.({
      round,
      killedAtMs,
      acknowledged: ledger.acknowledged - before.acknowledged,
      readyMs: round > 1 ? gateway.readyMs : null,
      startsKilled: this.#killedDuringStart - before.killedDuringStart,
      askedAgain: this.#askedAgain - before.askedAgain,
      findings: found,
      logged: found.length > 0 ? errorsLogged(this.#plan.place) : [],
    });
  }

  /** After the last crash: everything once more, and the people whose journeys were interrupted come to their end. */
  async #last(): Promise<void> {
    const { place, rounds } = this.#plan;
    const gateway = await this.#start(true);
    try {
      await this.#verify();
      this.#ledger.open(rounds);
      await this.#finishJourneys(await this.#integratorOf(gateway));
      this.#ledger.shut();
      const code = await gateway.stop();
      if (code !== 0) this.#findings.push({ kind: 'served', text: `SIGTERM after the last round: exit code ${code}` });
    } finally {
      await gateway.kill();
    }
    this.#findings.push(...(await inspectAtRest(place, this.#facts())));
  }

  async #start(afterCrash: boolean): Promise<GatewayProcess> {
    const { place } = this.#plan;
    if (!afterCrash) return startGateway(place);
    this.#crashes += 1;
    if (!place.production || this.#crashes % leftoversEvery === 1) await plantLeftovers(place);
    if (this.#random() < startsKilled) {
      this.#killedDuringStart += 1;
      await killDuringStart(place, this.#random() * startMsMax);
    }
    this.#halfBefore = halfWritten(place);
    const gateway = await startGateway(place);
    this.#readyMs.push(gateway.readyMs);
    return gateway;
  }

  async #verify(): Promise<void> {
    const { place } = this.#plan;
    if (!this.#integrator) return;
    const asked = askedFor(this.#facts(), this.#ledger.round, this.#random);
    this.#askedAgain += asked.length;
    this.#findings.push(...(await askAgain(this.#integrator, asked)));
    this.#findings.push(...(await leftoversStay(place, this.#halfBefore)));
  }

  /** A person whom each kill has interrupted for an hour finds the session expired, as it must be. */
  #forgetJourneys(): void {
    for (const journey of this.#journeys) {
      if (!isOfNow(journey)) this.#journeys.delete(journey);
    }
  }

  async #finishJourneys(integrator: Integrator): Promise<void> {
    const connection = new Connection();
    this.#forgetJourneys();
    for (const journey of [...this.#journeys]) {
      const load = { ledger: this.#ledger, integrator, journeys: this.#journeys };
      await walkJourney(load, connection, journey).catch((error: unknown) => {
        this.#findings.push({ kind: 'lost', text: `a journey could not be gone on with: ${textOf(error)}` });
      });
    }
    connection.close();
  }

  async #integratorOf(gateway: GatewayProcess): Promise<Integrator> {
    if (this.#integrator) return this.#integrator;
    const connection = new Connection();
    this.#integrator = await integratorOf(gateway, connection);
    connection.close();
    return this.#integrator;
  }

  #facts(): Fact[] {
    return [...this.#ledger.facts.values()].filter(isOfNow);
  }
}

/** All facts of the last round, and some of those before. */
function askedFor(facts: readonly Fact[], round: number, random: () => number): Fact[] {
  const earlier = facts.filter((fact) => fact.round < round);
  const sample = new Set<Fact>();
  for (let tries = 0; tries < sampleSize; tries += 1) {
    const fact = pick(earlier, random);
    if (fact) sample.add(fact);
  }
  return [...facts.filter((fact) => fact.round === round), ...sample];
}
