/**
 * SIGTERM under keep-alive load (acceptance I4), again and again on one data folder. Every request carries an
 * `Idempotency-Key`; one that got no answer is sent again after the next start. If the gateway had taken it, its answer is
 * replayed: an accepted request that failed, of which there must be none. If it had not, nobody ever saw it.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { createSdkSession, sdkSessionRequestEntity } from '@tijori/wire';
import { type Integrator, integratorOf } from '../crash/api.ts';
import { Connection } from '../crash/connection.ts';
import { type GatewayProcess, type Place, startGateway } from '../crash/gateway-process.ts';
import { seededRandom } from '../crash/random.ts';

interface StopPlan {
  place: Place;
  rounds: number;
  seed: number;
  /** The signal comes at a random moment from 100 ms to this after the start, ms. */
  loadMsMax: number;
  onRound?: (round: StopRound) => void;
}

export interface StopRound {
  round: number;
  answered: number;
  /** Answered with 503 after the signal: refused, and said so. */
  refused: number;
  /** Sent on a connection that was closed at the same moment. */
  unanswered: number;
  /** Unanswered, and done all the same. */
  failed: number;
  /** Anything else than 200 and 503. */
  wrong: number;
  exitCode: number | null;
  stoppedMs: number;
}

const clients = 16;
const loadMsMin = 100;
const body = JSON.stringify({ '@entity': sdkSessionRequestEntity, flow: 'signin', doc_types: ['gstn_details'] });

export async function runStopLoop({
  place,
  rounds,
  seed,
  loadMsMax,
  onRound = () => {},
}: StopPlan): Promise<StopRound[]> {
  const random = seededRandom(seed);
  const done: StopRound[] = [];
  let gateway = await startGateway(place);
  try {
    const connection = new Connection();
    const integrator = await integratorOf(gateway, connection);
    connection.close();
    for (let round = 1; round <= rounds; round += 1) {
      const report = await loadAndStop(gateway, integrator, {
        round,
        loadMs: loadMsMin + random() * (loadMsMax - loadMsMin),
      });
      gateway = await startGateway(place);
      const failed = await countDone(integrator, report.open);
      const { open, ...rest } = report;
      done.push({ ...rest, unanswered: open.length, failed });
      onRound({ ...rest, unanswered: open.length, failed });
    }
  } finally {
    await gateway.kill();
  }
  return done;
}

async function loadAndStop(
  gateway: GatewayProcess,
  integrator: Integrator,
  { round, loadMs }: { round: number; loadMs: number },
) {
  const report = { round, answered: 0, refused: 0, wrong: 0, open: [] as string[] };
  let isStopped = false;
  const client = async (name: number) => {
    const connection = new Connection();
    for (let count = 0; !isStopped; count += 1) {
      const key = `${round}-${name}-${count}`;
      const answer = await send(connection, integrator, key).catch((error: NodeJS.ErrnoException) => error);
      if ('status' in answer) {
        if (answer.status === 200) report.answered += 1;
        else if (answer.status === 503) report.refused += 1;
        else report.wrong += 1;
        // A 503 says that the connection is over; what asks again at once only finds the door shut.
        if (answer.status === 503) await sleep(10);
      } else if (answer.code === 'ECONNREFUSED') await sleep(5);
      else report.open.push(key);
    }
    connection.close();
  };
  const load = Promise.all(Array.from({ length: clients }, (_, name) => client(name)));
  await sleep(loadMs);
  const stoppedAtMs = performance.now();
  const exitCode = await gateway.stop();
  const stoppedMs = performance.now() - stoppedAtMs;
  isStopped = true;
  await load;
  return { ...report, exitCode, stoppedMs };
}

/** How many of them the gateway had carried out without saying so. */
async function countDone(integrator: Integrator, keys: readonly string[]): Promise<number> {
  const connection = new Connection();
  let replayed = 0;
  for (const key of keys) {
    const answer = await send(connection, integrator, key);
    if (answer.headers['idempotent-replayed'] === 'true') replayed += 1;
  }
  connection.close();
  return replayed;
}

function send(connection: Connection, { baseUrl, headers }: Integrator, key: string) {
  return connection.ask('POST', `${baseUrl}${createSdkSession.path}`, {
    headers: { ...headers, 'idempotency-key': key },
    body,
  });
}
