import { chmodSync } from 'node:fs';
import { join } from 'node:path';
import { startPostgres, type TestPostgres } from '../../packages/server/src/testing/postgres.ts';
import { findProgram } from '../../scripts/needs.ts';
import { type Place, steadyPort } from '../crash/gateway-process.ts';
import { productionPlace } from '../crash/production-place.ts';
import { seededRandom } from '../crash/random.ts';
import { scratchFolder } from '../crash/scratch-folder.ts';

export interface ProductionSite {
  place: Place;
  postgres: TestPostgres;
  databaseUrl: string;
  random: () => number;
}

/** Whatever is to be done with `tijori start` on a PostgreSQL of its own; all of it goes with the work. */
export async function onProductionPlace<T>(
  { seed, settings = {}, now }: { seed: number; settings?: Record<string, string>; now?: () => number },
  work: (site: ProductionSite) => Promise<T>,
): Promise<T> {
  const opened = new AsyncDisposableStack();
  try {
    const initdb = findProgram('initdb');
    if (!initdb) throw new Error('initdb is not on this machine: apt install postgresql');
    const scratch = scratchFolder();
    chmodSync(scratch.path, 0o711);
    opened.defer(() => scratch.remove());
    const postgres = await startPostgres(initdb, settings);
    opened.defer(() => postgres.remove());
    const random = seededRandom(seed);
    const { place, databaseUrl, close } = await productionPlace(postgres, {
      dataDir: join(scratch.path, 'data'),
      port: await steadyPort(random),
      logPath: join(scratch.path, 'gateway.log'),
      now,
    });
    opened.defer(close);
    return await work({ place, postgres, databaseUrl, random });
  } finally {
    await opened.disposeAsync();
  }
}
