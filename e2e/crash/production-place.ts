import { mkdirSync } from 'node:fs';
import { openPostgres } from '../../packages/server/src/storage/postgres.ts';
import { openStores } from '../../packages/server/src/stores/index.ts';
import type { TestPostgres } from '../../packages/server/src/testing/postgres.ts';
import { createKey } from '../../packages/server/src/usecases/keys/create.ts';
import { productionSetting } from '../production.ts';
import type { Place } from './gateway-process.ts';

/** `tijori start` on a new database of this server, with a vault in `dataDir`, a pretend EntityLocker and a key. */
export async function productionPlace(
  postgres: TestPostgres,
  { dataDir, port, logPath, now }: { dataDir: string; port: number; logPath: string; now?: (() => number) | undefined },
): Promise<{ place: Place; databaseUrl: string; close(): Promise<void> }> {
  mkdirSync(dataDir, { recursive: true });
  const databaseUrl = await postgres.newDatabase();
  const baseUrl = `http://127.0.0.1:${port}`;
  const setting = await productionSetting({ databaseUrl, dataDir, baseUrl, ...(now ? { now } : {}) });
  // The first to open it, so that it is migrated here.
  const url = new URL(databaseUrl);
  url.searchParams.set('options', '-c synchronous_commit=on');
  const db = await openPostgres({ url: url.href, now: Date.now });
  try {
    const { apiKey, apiSecret } = await createKey(
      { stores: openStores(db), now: Date.now },
      { mode: 'test', workspaceName: 'Example Lender (fictional)', origins: [] },
    );
    const production = {
      environment: { ...setting.environment, TIJORI_LISTEN: `127.0.0.1:${port}`, TIJORI_DRAIN_SECONDS: '0' },
      apiKey,
      apiSecret,
      logPath,
      query: (sql: string) => postgres.query(sql, databaseUrl),
    };
    return { place: { dataDir, port, production }, databaseUrl, close: setting.close };
  } finally {
    await db.close();
  }
}
