import { randomBytes } from 'node:crypto';
import { createSimulator } from '@tijori/simulator';
import { callbackPath } from '../packages/server/src/usecases/journey/attempt.ts';

/** What `tijori start` needs around it: settings as an operator writes them, and a pretend EntityLocker. */
export interface ProductionSetting {
  environment: Record<string, string>;
  simulatorOrigin: string;
  close(): Promise<void>;
}

interface Wanted {
  databaseUrl: string;
  dataDir: string;
  /** What people and integrators see: a balancer, or the gateway itself. */
  baseUrl: string;
  /** What EntityLocker takes for the time of day; the real one if left out. */
  now?: () => number;
}

/** A pretend EntityLocker, and the settings that lead a gateway at this address to it. */
export async function pretendUpstream(baseUrl: string, now?: () => number) {
  const client = { clientId: 'TESTCLIENT', clientSecret: randomBytes(20).toString('hex') };
  const redirectUris = [`${baseUrl}${callbackPath}`];
  const simulator = await createSimulator({
    statePath: ':memory:',
    clients: [{ ...client, redirectUris, name: 'Test' }],
    ...(now ? { now } : {}),
  });
  const { origin } = await simulator.listen(0);
  return {
    origin,
    environment: {
      TIJORI_TEST_UPSTREAM_URL: `${origin}/public`,
      TIJORI_TEST_CLIENT_ID: client.clientId,
      TIJORI_TEST_CLIENT_SECRET: client.clientSecret,
    },
    close: () => simulator.close(),
  };
}

export async function productionSetting({ databaseUrl, dataDir, baseUrl, now }: Wanted): Promise<ProductionSetting> {
  const upstream = await pretendUpstream(baseUrl, now);
  const key = () => randomBytes(32).toString('base64');
  return {
    environment: {
      DATABASE_URL: databaseUrl,
      TIJORI_BASE_URL: baseUrl,
      TIJORI_DATA: dataDir,
      TIJORI_MASTER_KEY: key(),
      TIJORI_TOKEN_KEY: key(),
      TIJORI_LINK_KEY: key(),
      ...upstream.environment,
      TIJORI_RATE_TEST: '1000000',
    },
    simulatorOrigin: upstream.origin,
    close: upstream.close,
  };
}
