/**
 * kill -9 while events are delivered (acceptance F4), again and again on one data folder. The receiver outlives every gateway. In the end, the
 * events that the gateway lists are those that were committed: each must have come, and nothing else may have.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { createWebhookEndpoint, eventsPerPageMax, type V1Event, type WebhookEndpointWithSecret } from '@tijori/wire';
import { create, type Integrator, integratorOf } from '../crash/api.ts';
import { Connection } from '../crash/connection.ts';
import { type GatewayProcess, type Place, startGateway } from '../crash/gateway-process.ts';
import { seededRandom } from '../crash/random.ts';
import { type JudgingReceiver, startJudgingReceiver } from './receiver.ts';

export interface KillPlan {
  place: Place;
  rounds: number;
  seed: number;
  /** The kill comes at a random moment up to this after the gateway was ready, ms. */
  loadMsMax: number;
  onRound?: (round: KillRound) => void;
}

export interface KillRound {
  round: number;
  killedAtMs: number;
  /** Sessions that were acknowledged in this round. */
  acknowledged: number;
  /** Events that have come so far. */
  received: number;
}

export interface KillSummary {
  acknowledged: number;
  committed: number;
  /** Acknowledged sessions whose event is nowhere, and committed events that never came. */
  lost: number;
  /** Came, and was never committed. */
  uncommitted: number;
  /** Came more than once, with the same id and the same body. */
  duplicates: number;
  /** Signatures that do not fit, or another body under the same id. */
  faults: readonly string[];
}

const clients = 6;
const killMsMin = 20;
/** At the end every delivery has so long: a refused one is tried again after six seconds. */
const drainMsMax = 60_000;

export async function runKillLoop({
  place,
  rounds,
  seed,
  loadMsMax,
  onRound = () => {},
}: KillPlan): Promise<KillSummary> {
  const random = seededRandom(seed);
  const receiver = await startJudgingReceiver(random);
  const sessions = new Set<string>();
  let gateway = await startGateway(place);
  try {
    const integrator = await newIntegrator(gateway);
    receiver.expect(await makeEndpoint(integrator, receiver.url));
    for (let round = 1; round <= rounds; round += 1) {
      const before = sessions.size;
      const killedAtMs = killMsMin + random() * (loadMsMax - killMsMin);
      await loadAndKill(gateway, integrator, sessions, killedAtMs);
      gateway = await startGateway(place);
      onRound({ round, killedAtMs, acknowledged: sessions.size - before, received: receiver.received.size });
    }
    const committed = await waitForAll(integrator, receiver);
    return judge({ sessions, committed, receiver });
  } finally {
    await gateway.kill();
    receiver.close();
  }
}

async function newIntegrator(gateway: GatewayProcess): Promise<Integrator> {
  const connection = new Connection();
  try {
    return await integratorOf(gateway, connection);
  } finally {
    connection.close();
  }
}

async function makeEndpoint({ baseUrl, headers }: Integrator, url: string): Promise<string> {
  const body = JSON.stringify({ url });
  const answer = await fetch(`${baseUrl}${createWebhookEndpoint.path}`, { method: 'POST', headers, body });
  if (answer.status !== createWebhookEndpoint.status) throw new Error(`no endpoint: ${await answer.text()}`);
  return ((await answer.json()) as WebhookEndpointWithSecret).secret;
}

async function loadAndKill(gateway: GatewayProcess, integrator: Integrator, sessions: Set<string>, afterMs: number) {
  let isOver = false;
  const client = async () => {
    const connection = new Connection();
    while (!isOver) {
      const made = await create(connection, integrator, ['gstn_details']).catch(() => undefined);
      // An answer that arrives after the kill was ordered does not count.
      if (made && !isOver) sessions.add(made.id);
    }
    connection.close();
  };
  const load = Promise.all(Array.from({ length: clients }, client));
  await sleep(afterMs);
  isOver = true;
  await gateway.kill();
  await load;
}

/** All events that the gateway has; resolves when each has come, or when time is up. */
async function waitForAll(integrator: Integrator, { received }: JudgingReceiver): Promise<V1Event[]> {
  const deadline = performance.now() + drainMsMax;
  for (;;) {
    const events = await listEvents(integrator);
    if (performance.now() > deadline || events.every(({ id }) => received.has(id))) return events;
    await sleep(500);
  }
}

async function listEvents({ baseUrl, headers }: Integrator): Promise<V1Event[]> {
  const all: V1Event[] = [];
  for (let cursor = ''; ; ) {
    const from = cursor === '' ? '' : `&cursor=${cursor}`;
    const answer = await fetch(`${baseUrl}/v1/events?limit=${eventsPerPageMax}${from}`, { headers });
    const { data, next_cursor } = (await answer.json()) as { data: V1Event[]; next_cursor: string };
    if (data.length === 0) return all;
    all.push(...data);
    cursor = next_cursor;
  }
}

function judge({
  sessions,
  committed,
  receiver: { received, faults },
}: {
  sessions: ReadonlySet<string>;
  committed: readonly V1Event[];
  receiver: JudgingReceiver;
}): KillSummary {
  const ids = new Set(committed.map(({ id }) => id));
  const told = new Set(committed.map(({ data }) => String(data.session_id)));
  const untold = [...sessions].filter((id) => !told.has(id)).length;
  return {
    acknowledged: sessions.size,
    committed: committed.length,
    lost: untold + committed.filter(({ id }) => !received.has(id)).length,
    uncommitted: [...received.keys()].filter((id) => !ids.has(id)).length,
    duplicates: [...received.values()].filter(({ times }) => times > 1).length,
    faults,
  };
}
