import { randomBytes } from 'node:crypto';
import type { FastifyInstance } from 'fastify';
import { buildApp } from './app.ts';
import { openSpecimens } from './certificates/specimens.ts';
import { registerClients, type SimulatorClient } from './clients.ts';
import { openGrants } from './grants.ts';
import { openJourneys } from './journeys.ts';
import { loadPeople } from './personas/people.ts';
import type { Variants } from './personas/persona.ts';
import { type ProfileName, profileOf } from './profile.ts';
import { defaultPace, openPlayer, type Pace } from './scenarios/play.ts';
import { answerQueue, type QueueEntry, type ResetScope } from './scenarios/queue.ts';
import { seededBytes } from './secrets.ts';
import { openState } from './state.ts';

export interface SimulatorOptions {
  /** SQLite file of its own, or `:memory:`. */
  statePath: string;
  /** Registered anew at each start; kept in memory only. */
  clients: SimulatorClient[];
  /** Clock in ms. Default: the machine's. */
  now?: () => number;
  /** Directory of `*.json` persona files. Default: the package's own fictional people. */
  personasDir?: string;
  /** Style of the error statuses: `2021` says 500 where `v2` (default) says 530 (entitylocker-upstream §2.6). */
  profile?: ProfileName;
  /** Shapes that public sources disagree about; a persona file may have its own. */
  variants?: Partial<Variants>;
  /** How late `slow` is (default 300 ms), how often what recovers fails (2), what a 429 tells (1 s). */
  pace?: Partial<Pace>;
  /**
   * Fixes codes, tokens, one-time passwords and keys: the same seed and the same requests in the same order give the
   * same bytes. For `:memory:` only, because a kept file would meet its own tokens again.
   */
  seed?: string;
}

export interface Simulator {
  /** Mount it, or `inject()` into it. */
  app: FastifyInstance;
  /** Serves on 127.0.0.1 only; port 0 takes a free one. */
  listen(port: number): Promise<{ origin: string; port: number }>;
  /** The next answers to requests that match go otherwise; first in, first out, once each unless `times` says more. */
  enqueue(entry: QueueEntry): void;
  /** Forgets journeys, consents with their codes and tokens, and queued answers: of one client or workspace, or all. */
  reset(scope?: ResetScope): void;
  /** Lets requests in flight finish, then closes the SQLite file. May be called twice. */
  close(): Promise<void>;
}

/**
 * A pretend EntityLocker under `/public`, strict by default. Fails on a faulty persona file (`PersonaError`), a
 * faulty client, or a state file that is not its own.
 *
 * @example
 * const simulator = await createSimulator({ statePath: ':memory:', clients: [client] });
 * const { origin } = await simulator.listen(0); // base URL: `${origin}/public`
 */
export async function createSimulator(options: SimulatorOptions): Promise<Simulator> {
  const people = loadPeople(options.personasDir);
  const clients = registerClients(options.clients);
  if (options.seed !== undefined && options.statePath !== ':memory:') {
    throw new Error('a simulator with a seed needs the statePath :memory:');
  }
  const state = openState(options.statePath);
  try {
    const journeys = openJourneys(state);
    const grants = openGrants(state);
    const queue = answerQueue();
    const profile = profileOf(options.profile, options.variants);
    const pace = { ...defaultPace, ...options.pace };
    const player = openPlayer({ journeys, grants, profile, pace, queue });
    const reset = (scope: ResetScope = {}) => {
      state.transaction(() => {
        journeys.forget(scope);
        grants.forget(scope);
      });
      state.commit();
      queue.forget(scope);
    };
    const app = await buildApp({
      queue,
      reset,
      clients,
      people,
      state,
      journeys,
      grants,
      now: options.now ?? Date.now,
      random: options.seed === undefined ? randomBytes : seededBytes(options.seed),
      profile,
      specimens: openSpecimens(),
      ...player,
    });
    return {
      app,
      listen: (port) => listen(app, port),
      enqueue: (entry) => {
        if (!queue.add(entry)) throw new Error('too many answers are waiting');
      },
      reset,
      close: () => app.close(),
    };
  } catch (error) {
    state.close();
    throw error;
  }
}

async function listen(app: FastifyInstance, port: number): Promise<{ origin: string; port: number }> {
  await app.listen({ host: '127.0.0.1', port });
  const address = app.server.address();
  if (typeof address !== 'object' || address === null) throw new Error('the simulator has no port');
  return { origin: `http://127.0.0.1:${address.port}`, port: address.port };
}
