/** A full disk (acceptance G5): the data folder on a small file system that is filled to the last byte, and freed again. */
import { execFileSync, spawnSync } from 'node:child_process';
import { closeSync, mkdirSync, openSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import { createSdkSession, sdkSessionRequestEntity, sdkSessionStatus } from '@tijori/wire';
import { integratorOf } from '../crash/api.ts';
import { Connection } from '../crash/connection.ts';
import { type GatewayProcess, type Place, startGateway, steadyPort } from '../crash/gateway-process.ts';
import { seededRandom } from '../crash/random.ts';
import { scratchFolder } from '../crash/scratch-folder.ts';

export interface DiskFullReport {
  acknowledged: number;
  /** Answers to writes while it was full, by status. */
  writes: Record<string, number>;
  /** Answers to reads while it was full, by status. */
  reads: Record<string, number>;
  /** Exit codes of the gateway after a pause in which nobody wrote to the full disk, before and after the load: null while it lives. */
  quiet: (number | null)[];
  /** What `/health/ready` said then. */
  health: string;
  /** Exit code of a stop on the full disk. */
  stopped: number | null;
  /** A read and a write at the gateway that was started again on the full disk, by status. */
  restarted: number[];
  /** From the moment at which space came back to the first write that succeeded, ms. */
  writesAgainMs: number;
  /** … and to a health of `ok`, ms. */
  healthyAgainMs: number;
  /** Acknowledged sessions that are not there at the end, and faults of the database. */
  faults: string[];
}

const sizeMib = 24;
const fullMs = 6_000;
/** Longer than a gateway at rest waits before it folds its log, for which the database has to grow. */
const quietMs = 2_000;
const backMsMax = 15_000;
const clients = 4;
const body = JSON.stringify({ '@entity': sdkSessionRequestEntity, flow: 'signin', doc_types: ['gstn_details'] });

export async function fillTheDisk(seed: number): Promise<DiskFullReport> {
  const scratch = scratchFolder();
  const disk = join(scratch.path, 'disk');
  mkdirSync(disk);
  execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${sizeMib}m`, 'tmpfs', disk]);
  const unmount = () => spawnSync('umount', ['-l', disk]);
  process.once('exit', unmount);
  const place = { dataDir: join(disk, 'data'), port: await steadyPort(seededRandom(seed)) };
  try {
    return await fillAndFree(place, join(disk, 'ballast'));
  } finally {
    process.removeListener('exit', unmount);
    unmount();
    scratch.remove();
  }
}

async function fillAndFree(place: Place, ballast: string): Promise<DiskFullReport> {
  let gateway = await startGateway(place);
  const restart = async () => {
    const stopped = await gateway.stop();
    gateway = await startGateway(place);
    return stopped;
  };
  try {
    const report = await whileFull(gateway, ballast, restart);
    const code = await gateway.stop();
    const faults = lookAt(join(place.dataDir, 'tijori.db'), report.ids);
    const { ids, ...rest } = report;
    return { ...rest, acknowledged: ids.length, faults: [...(code === 0 ? [] : [`exit code ${code}`]), ...faults] };
  } finally {
    await gateway.kill();
  }
}

async function whileFull(gateway: GatewayProcess, ballast: string, restart: () => Promise<number | null>) {
  const connection = new Connection();
  const { baseUrl, headers } = await integratorOf(gateway, connection);
  const ids: string[] = [];
  const create = async (by: Connection) => {
    const answer = await by.ask('POST', `${baseUrl}${createSdkSession.path}`, { headers, body });
    if (answer.status === 200) ids.push(String(JSON.parse(answer.body.toString()).data.id));
    return answer.status;
  };
  const health = async () => {
    const answer = await connection.ask('GET', `${baseUrl}/health/ready`);
    return `${answer.status} ${JSON.parse(answer.body.toString()).status}`;
  };
  for (let count = 0; count < 50; count += 1) await create(connection);
  fill(ballast);
  const pause = async () => {
    await sleep(quietMs);
    return gateway.exitCode();
  };
  const quiet = [await pause()];

  const writes: Record<string, number> = {};
  const reads: Record<string, number> = {};
  const until = performance.now() + fullMs;
  const read = async (by: Connection, id = '') => {
    const path = sdkSessionStatus.path.replace('{session_id}', id);
    return (await by.ask('GET', `${baseUrl}${path}`, { headers })).status;
  };
  const client = async (name: number) => {
    const own = new Connection();
    while (performance.now() < until) {
      const isRead = name % 2 === 1;
      const status = isRead ? await read(own, ids[name]) : await create(own);
      const tally = isRead ? reads : writes;
      tally[status] = (tally[status] ?? 0) + 1;
      await sleep(10);
    }
    own.close();
  };
  await Promise.all(Array.from({ length: clients }, (_, name) => client(name)));
  quiet.push(await pause());
  const healthThen = await health();
  const stopped = await restart();
  const restarted = [await read(connection, ids[0]), await create(connection)];

  rmSync(ballast);
  const freedAtMs = performance.now();
  const waitFor = async (isSo: () => Promise<boolean>) => {
    while (!(await isSo()) && performance.now() - freedAtMs < backMsMax) await sleep(20);
    return Math.round(performance.now() - freedAtMs);
  };
  const writesAgainMs = await waitFor(async () => (await create(connection)) === 200);
  const healthyAgainMs = await waitFor(async () => (await health()) === '200 ok');
  connection.close();
  return { ids, writes, reads, quiet, health: healthThen, stopped, restarted, writesAgainMs, healthyAgainMs };
}

function fill(path: string): void {
  const file = openSync(path, 'w');
  try {
    for (const size of [1 << 20, 1 << 12, 1]) {
      const piece = Buffer.alloc(size);
      for (let written = size; written === size; ) written = writeOrNothing(file, piece);
    }
  } finally {
    closeSync(file);
  }
}

function writeOrNothing(file: number, piece: Buffer): number {
  try {
    return writeSync(file, piece);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOSPC') return 0;
    throw error;
  }
}

function lookAt(path: string, ids: readonly string[]): string[] {
  const db = new DatabaseSync(path, { readOnly: true });
  const find = db.prepare('select 1 from sessions where id = ?');
  const lost = ids.filter((id) => find.get(id) === undefined).map((id) => `${id} is lost`);
  const integrity = db
    .prepare('pragma integrity_check')
    .all()
    .map((row) => String(row.integrity_check));
  db.close();
  return [...lost, ...integrity.filter((text) => text !== 'ok')];
}
