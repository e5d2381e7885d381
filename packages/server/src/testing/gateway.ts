import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createSimulator, listScenarios, type Simulator, type SimulatorOptions, trustFolder } from '@tijori/simulator';
import { type BootOptions, boot, type Gateway } from '../boot.ts';
import { freePort } from '../cli/dev-folder.ts';
import type { Config } from '../config.ts';
import type { Mode } from '../domain/session.ts';
import type { EntityLockerSettings } from '../upstream/entitylocker/settings.ts';
import { callbackPath } from '../usecases/journey/attempt.ts';
import { createKey, type NewKey } from '../usecases/keys/create.ts';

/** A gateway as `boot` makes it, with a real simulator behind it, on a folder of its own. For tests only. */
export interface TestGateway extends Gateway {
  config: Config;
  simulator: Simulator;
  clock: { nowMs: number };
  newKey(mode?: Mode, workspaceName?: string, origins?: readonly string[]): Promise<NewKey & { token: string }>;
  /** Headers of an API call. */
  headers(key: { apiKey: string; token: string }): Record<string, string>;
  /** Rejects if any answer broke its contract, so that every test is a test of that, too. */
  close(): Promise<void>;
}

/** How the simulator behind a test gateway, and the way to it, differ from the usual. */
interface TestUpstream {
  connector?: Partial<EntityLockerSettings>;
  pace?: SimulatorOptions['pace'];
  /** Folder of other people than the usual ones. */
  personasDir?: string;
}

const testBaseUrl = 'http://127.0.0.1:8080';

/** Tests ask no name server: only this machine has a name. */
async function noNames(host: string) {
  if (host === 'localhost') return [{ address: '127.0.0.1', family: 4 }];
  throw Object.assign(new Error('no such name'), { code: 'ENOTFOUND' });
}

/** `overrides` change the configuration, `options` the rest; the clock stands still until a test moves it. */
export async function startTestGateway(
  overrides: Partial<Config> = {},
  { connector, pace, personasDir, ...options }: TestUpstream & BootOptions = {},
): Promise<TestGateway> {
  const dataDir = overrides.dataDir ?? (await mkdtemp(join(tmpdir(), 'tijori-test-')));
  const baseUrl = overrides.baseUrl ?? testBaseUrl;
  const clock = { nowMs: Date.now() };
  const client = { clientId: 'TESTCLIENT', clientSecret: randomBytes(20).toString('hex') };
  const simulator = await createSimulator({
    statePath: ':memory:',
    clients: [{ ...client, redirectUris: [`${baseUrl}${callbackPath}`], name: 'Test requester' }],
    now: () => clock.nowMs,
    pace: pace ?? {},
    ...(personasDir === undefined ? {} : { personasDir }),
  });
  const { origin } = await simulator.listen(0);
  const config: Config = {
    deployment: 'start',
    baseUrl,
    listen: { host: '127.0.0.1', port: 0 },
    dataDir,
    database: null,
    s3: null,
    drainMs: 0,
    modes: ['test', 'live'],
    secrets: { masterKey: randomBytes(32), tokenKey: randomBytes(32), linkKey: randomBytes(32) },
    upstreams: {
      test: {
        ...client,
        baseUrl: `${origin}/public`,
        clientAuth: 'post',
        uriPlacement: 'path_then_query',
        allowLoopbackHttp: true,
        refuseSimulator: false,
        sendScenario: true,
        // A machine that is busy with other tests must not look like a dead upstream.
        deadlineMs: 60_000,
        ...connector,
      },
    },
    trust: { live: null, test: trustFolder },
    verdictPolicy: { acceptSha1: false, requireRevocation: false },
    limits: { sessionLifeMs: 3_600_000, apiSessionLifeMs: 86_400_000, retentionMs: 3_600_000, linkLifeMs: 3_600_000 },
    allowHttpReturn: false,
    allowLoopbackCalls: true,
    rateLimits: null,
    errorStatus: 'compatible',
    proxies: [],
    scenarios: listScenarios().map(({ name }) => name),
    testControls: true,
    legacyAuthorize: false,
    checkAnswers: true,
    hosts: null,
    log: { level: 'error', file: join(dataDir, 'test.log') },
    ...overrides,
  };
  const breaches: string[] = [];
  const onBreach = (breach: string) => breaches.push(breach);
  const egress = { resolve: noNames, ...options.egress };
  const gateway = await boot(config, { now: () => clock.nowMs, onBreach, ...options, egress }).catch(
    async (error: unknown) => {
      await simulator.close();
      throw error;
    },
  );
  gateway.ready();
  return {
    ...gateway,
    config,
    simulator,
    clock,
    async newKey(mode = 'test', workspaceName = 'Example Lender (fictional)', origins = []) {
      const key = await createKey(gateway.deps, { mode, workspaceName, origins });
      const token = await gateway.deps.tokens.issue({ workspaceId: key.workspaceId, apiKeyId: key.apiKey, mode });
      return { ...key, token };
    },
    headers: ({ apiKey, token }) => ({ authorization: token, 'x-api-key': apiKey }),
    async close() {
      await gateway.stop();
      await simulator.close();
      if (!overrides.dataDir) await rm(dataDir, { recursive: true });
      if (breaches.length > 0) throw new Error(`answers broke the contract:\n${[...new Set(breaches)].join('\n')}`);
    },
  };
}

/** As `startTestGateway`, reachable at its base URL: for whatever calls it from outside, such as the walker. */
export async function startListeningGateway(upstream: TestUpstream & BootOptions = {}): Promise<TestGateway> {
  const port = await freePort();
  const overrides = { baseUrl: `http://127.0.0.1:${port}`, listen: { host: '127.0.0.1', port } };
  const gateway = await startTestGateway(overrides, upstream);
  await gateway.listen();
  return gateway;
}
