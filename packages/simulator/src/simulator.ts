import { randomBytes } from 'node:crypto';
import type { FastifyInstance } from 'fastify';
import { buildApp } from './app.ts';
import { registerClients, type SimulatorClient } from './clients.ts';
import { openGrants } from './grants.ts';
import { openJourneys } from './journeys.ts';
import { loadPeople } from './personas/people.ts';
import { defaultProfile } from './profile.ts';
import { undisturbed } from './scenario.ts';
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
}

export interface Simulator {
  /** Mount it, or `inject()` into it. */
  app: FastifyInstance;
  /** Serves on 127.0.0.1 only; port 0 takes a free one. */
  listen(port: number): Promise<{ origin: string; port: number }>;
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
  const state = openState(options.statePath);
  try {
    const app = await buildApp({
      clients,
      people,
      state,
      journeys: openJourneys(state),
      grants: openGrants(state),
      now: options.now ?? Date.now,
      random: randomBytes,
      profile: defaultProfile,
      scenario: undisturbed,
    });
    return { app, listen: (port) => listen(app, port), close: () => app.close() };
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
