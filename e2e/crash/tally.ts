import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import type { Finding } from './finding.ts';

/** What kills have come to, so far. */
export interface Tally {
  rounds: number;
  startsKilled: number;
  acknowledged: number;
  sessions: number;
  files: number;
  askedAgain: number;
  /** Journeys that a kill interrupted. */
  interrupted: number;
  /** From spawn to ready, for each start after a kill, ms. */
  readyMs: readonly number[];
  findings: readonly Finding[];
}

const nothingYet: Tally = {
  rounds: 0,
  startsKilled: 0,
  acknowledged: 0,
  sessions: 0,
  files: 0,
  askedAgain: 0,
  interrupted: 0,
  readyMs: [],
  findings: [],
};

/** Which kills may be added up: those of the same code, on the same engine. */
export interface Trial {
  commit: string;
  engine: string;
}

/** One line of a tally's file. */
type Line = Trial & Tally & { seed: number };

/** Adds up what ends, round by round: a run that is broken off has still proved what it had done, and found what it had found. */
export interface TallyKeeper {
  /** All of it, with what earlier runs of the same code have left in the file. */
  readonly sum: Tally;
  /** Seeds of the folders that it is about. */
  readonly seeds: ReadonlySet<number>;
  add(seed: number, part: Partial<Tally>): void;
}

/** @param path Keeps one line of JSON there for each part. */
export function openTally(trial: Trial, path?: string): TallyKeeper {
  const text = path !== undefined && existsSync(path) ? readFileSync(path, 'utf8') : '';
  const lines = text
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as Line);
  const same = lines.filter(({ commit, engine }) => commit === trial.commit && engine === trial.engine);
  const seeds = new Set(same.map(({ seed }) => seed));
  let sum = same.reduce<Tally>(plus, nothingYet);
  return {
    get sum() {
      return sum;
    },
    seeds,
    add(seed, part) {
      const line: Line = { ...trial, seed, ...nothingYet, ...part };
      if (path !== undefined) appendFileSync(path, `${JSON.stringify(line)}\n`);
      seeds.add(seed);
      sum = plus(sum, line);
    },
  };
}

function plus(one: Tally, other: Tally): Tally {
  return {
    rounds: one.rounds + other.rounds,
    startsKilled: one.startsKilled + other.startsKilled,
    acknowledged: one.acknowledged + other.acknowledged,
    sessions: one.sessions + other.sessions,
    files: one.files + other.files,
    askedAgain: one.askedAgain + other.askedAgain,
    interrupted: one.interrupted + other.interrupted,
    readyMs: [...one.readyMs, ...other.readyMs],
    findings: [...one.findings, ...other.findings],
  };
}
