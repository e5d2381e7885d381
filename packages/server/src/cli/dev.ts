import { hash } from 'node:crypto';
import { join } from 'node:path';
import { createSimulator, listScenarios, trustFolder } from '@tijori/simulator';
import { boot, type Gateway } from '../boot.ts';
import type { Config } from '../config.ts';
import { demoRoutes } from '../demo/routes.ts';
import { callbackPath } from '../usecases/journey/attempt.ts';
import { createKey } from '../usecases/keys/create.ts';
import { CliError } from './cli-error.ts';
import { devBanner } from './dev-banner.ts';
import {
  credentialsPath,
  type DevCredentials,
  type DevFolder,
  freePort,
  openDevFolder,
  readDevCredentials,
  writeDevCredentials,
} from './dev-folder.ts';

/** Who asks on the consent page of the demo. */
const demoWorkspace = 'Example Bazaar (fictional)';
const minuteMs = 60_000;

/** Starts the development server and resolves once `/health/ready` answers 200. */
export async function startDev({ port, dataDir }: { port: number; dataDir: string }) {
  const folder = await openDevFolder(dataDir);
  const config = devConfig(folder, port === 0 ? await freePort() : port, dataDir);
  let credentials: DevCredentials | undefined;
  const gateway = await boot(config, {
    onBroken: () => process.exit(1),
    wayOn: { href: '/demo', text: 'Back to the demo' },
    extra: (app) =>
      demoRoutes(app, {
        baseUrl: config.baseUrl,
        outcomes: config.scenarios,
        // The routes exist before the key does, but nobody reaches them before `listen`.
        credentials: () => ({ apiKey: credentials?.api_key ?? '', apiSecret: credentials?.api_secret ?? '' }),
      }),
  });
  const simulator = await createSimulator({
    statePath: join(dataDir, 'simulator.db'),
    clients: [
      {
        clientId: folder.client.id,
        clientSecret: folder.client.secret,
        redirectUris: [`${config.baseUrl}${callbackPath}`],
        name: demoWorkspace,
      },
    ],
  });
  const stop = async () => {
    await gateway.stop();
    await simulator.close();
  };
  try {
    await simulator.listen(folder.simulatorPort);
    credentials = await devCredentials(gateway, config.baseUrl, dataDir);
    await gateway.listen();
    writeDevCredentials(dataDir, credentials);
    gateway.ready();
  } catch (error) {
    await stop();
    throw withAdvice(error, config.listen.port);
  }
  const banner = devBanner(credentials, { credentials: credentialsPath(dataDir), log: config.log.file ?? '' });
  return { credentials, banner, stop };
}

function devConfig(folder: DevFolder, port: number, dataDir: string): Config {
  return {
    deployment: 'dev',
    baseUrl: `http://127.0.0.1:${port}`,
    listen: { host: '127.0.0.1', port },
    dataDir,
    // A DATABASE_URL that happens to be set belongs to some other program.
    database: null,
    s3: null,
    drainMs: 0,
    modes: ['test'],
    secrets: folder.secrets,
    upstreams: {
      test: {
        baseUrl: `http://127.0.0.1:${folder.simulatorPort}/public`,
        clientId: folder.client.id,
        clientSecret: folder.client.secret,
        clientAuth: 'post',
        uriPlacement: 'path_then_query',
        allowLoopbackHttp: true,
        refuseSimulator: false,
        sendScenario: true,
        // Everything is on this machine, and the outcome `timeout` should not take half a minute.
        deadlineMs: 2_000,
      },
    },
    trust: { live: null, test: trustFolder },
    verdictPolicy: { acceptSha1: false, requireRevocation: false },
    limits: {
      sessionLifeMs: 60 * minuteMs,
      apiSessionLifeMs: 24 * 60 * minuteMs,
      retentionMs: 60 * minuteMs,
      linkLifeMs: 60 * minuteMs,
    },
    allowHttpReturn: true,
    allowLoopbackCalls: true,
    rateLimits: null,
    errorStatus: 'compatible',
    proxies: [],
    scenarios: listScenarios().map(({ name }) => name),
    testControls: true,
    legacyAuthorize: false,
    checkAnswers: true,
    hosts: new Set([`127.0.0.1:${port}`, `localhost:${port}`]),
    log: { level: 'info', file: join(dataDir, 'tijori.log') },
  };
}

/** The key of an earlier start if the database still knows it, else a new one. */
async function devCredentials({ deps }: Gateway, baseUrl: string, dataDir: string): Promise<DevCredentials> {
  const known = readDevCredentials(dataDir);
  const key = known && (await deps.stores.apiKeys.find(known.api_key));
  if (known && key?.revokedAtMs === null && key.secretHash === hash('sha256', known.api_secret, 'hex')) {
    return { ...known, base_url: baseUrl };
  }
  const made = await createKey(deps, { mode: 'test', workspaceName: demoWorkspace });
  return { base_url: baseUrl, api_key: made.apiKey, api_secret: made.apiSecret };
}

function withAdvice(error: unknown, port: number): unknown {
  const taken = error instanceof Error && 'code' in error && error.code === 'EADDRINUSE';
  if (!taken) return error;
  return new CliError('fault', `Port ${port} is taken.`, {
    cure: 'Use another with --port, or --port 0 for any free one.',
  });
}
