import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { freePort } from '../../packages/server/src/cli/dev-folder.ts';
import type { Mode } from '../../packages/server/src/domain/session.ts';
import { openPostgres } from '../../packages/server/src/storage/postgres.ts';
import { openStores } from '../../packages/server/src/stores/index.ts';
import { startPostgres, type TestPostgres } from '../../packages/server/src/testing/postgres.ts';
import { createKey, type NewKey } from '../../packages/server/src/usecases/keys/create.ts';
import { revokeKey } from '../../packages/server/src/usecases/keys/revoke.ts';
import { productionSetting } from '../production.ts';
import { type Balancer, startBalancer } from './balancer.ts';

const repository = fileURLToPath(new URL('../..', import.meta.url));
const readyMsMax = 90_000;

/** One `tijori start`. */
export interface Node {
  port: number;
  url: string;
  /** SIGTERM, and what it exits with. */
  stop(): Promise<number | null>;
  start(): Promise<void>;
}

/** Gateway processes on one PostgreSQL and one vault, behind a balancer, with a simulator of EntityLocker. */
export interface Cluster {
  nodes: Node[];
  balancer: Balancer;
  postgres: TestPostgres;
  simulatorOrigin: string;
  /** A key of a workspace of its own. */
  newKey(mode: Mode): Promise<NewKey>;
  revoke(apiKey: string): Promise<void>;
  /** What the nodes wrote that is no JSON, or an error. */
  complaints(): string[];
  close(): Promise<void>;
}

export async function startCluster(
  initdb: string,
  count: number,
  settings: Record<string, string> = {},
): Promise<Cluster> {
  const opened = new AsyncDisposableStack();
  try {
    const postgres = await startPostgres(initdb);
    opened.defer(() => postgres.remove());
    const databaseUrl = await postgres.newDatabase();
    const folder = await mkdtemp(join(tmpdir(), 'tijori-nodes-'));
    opened.defer(() => rm(folder, { recursive: true, force: true }));
    const balancer = await startBalancer();
    opened.defer(() => balancer.close());
    const setting = await productionSetting({ databaseUrl, dataDir: folder, baseUrl: balancer.url });
    opened.defer(() => setting.close());
    const environment = { PATH: process.env.PATH, ...setting.environment, TIJORI_DRAIN_SECONDS: '3', ...settings };
    const output: string[] = [];
    const nodes: Node[] = [];
    for (let index = 0; index < count; index += 1) nodes.push(nodeAt(await freePort(), environment, output));
    // All at once: the migrations of a new database included.
    opened.defer(async () => {
      await Promise.all(nodes.map((node) => node.stop()));
    });
    await Promise.all(nodes.map((node) => node.start()));
    balancer.use(nodes.map(({ port }) => port));
    const db = await openPostgres({ url: databaseUrl, now: Date.now });
    opened.defer(() => db.close());
    let keysMade = 0;
    const deps = { stores: openStores(db), now: Date.now };
    return {
      nodes,
      balancer,
      postgres,
      simulatorOrigin: setting.simulatorOrigin,
      newKey: (mode) => {
        keysMade += 1;
        return createKey(deps, { mode, workspaceName: `Example Lender ${keysMade} (fictional)`, origins: [] });
      },
      async revoke(apiKey) {
        await revokeKey(deps, apiKey);
      },
      complaints: () => output.filter((line) => !line.startsWith('{') || /^\{"level":(?:50|60),/.test(line)),
      close: () => opened.disposeAsync(),
    };
  } catch (error) {
    await opened.disposeAsync();
    throw error;
  }
}

function nodeAt(port: number, environment: NodeJS.ProcessEnv, output: string[]): Node {
  const url = `http://127.0.0.1:${port}`;
  let child: ChildProcess | undefined;
  return {
    port,
    url,
    async start() {
      child = spawn(process.execPath, ['packages/server/bin/tijori.js', 'start'], {
        cwd: repository,
        env: { ...environment, TIJORI_LISTEN: `127.0.0.1:${port}` },
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      for (const stream of [child.stdout, child.stderr]) {
        // By lines: a piece of the stream ends wherever the pipe was full.
        if (stream) createInterface(stream).on('line', (line) => line !== '' && output.push(line));
      }
      for (const deadline = Date.now() + readyMsMax; ; await wait(50)) {
        const isReady = await fetch(`${url}/health/ready`).then(
          ({ ok }) => ok,
          () => false,
        );
        if (isReady) return;
        if (child.exitCode !== null || Date.now() > deadline)
          throw new Error(`a node did not start:\n${output.join('\n')}`);
      }
    },
    async stop() {
      if (!child || child.exitCode !== null || child.signalCode !== null) return child?.exitCode ?? null;
      const exited = once(child, 'exit');
      child.kill('SIGTERM');
      const [code] = (await exited) as [number | null];
      return code;
    },
  };
}
