import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createSimulator } from '@tijori/simulator';
import { serveParent } from './pinned.ts';
import { requester } from './requester.ts';

/**
 * The simulator alone. Its state is in memory or in a file (first word told: `memory` or `file`), and its one person
 * has a second entity, so that the journey passes the entity page and still has three kinds of documents.
 */
const dir = mkdtempSync(join(tmpdir(), 'tijori-bench-journey-'));
const personas = fileURLToPath(new URL('../packages/simulator/src/personas/', import.meta.url));
const [asha, farida] = ['asha-namuna', 'farida-misaal'].map((name) =>
  JSON.parse(readFileSync(join(personas, `${name}.json`), 'utf8')),
);
asha.entities.push(farida.entities[1]);
writeFileSync(join(dir, 'asha.json'), JSON.stringify(asha));

const { clientId, clientSecret, redirectUri } = requester;
const simulator = await createSimulator({
  statePath: process.argv[2] === 'file' ? join(dir, 'simulator.db') : ':memory:',
  clients: [{ clientId, clientSecret, redirectUris: [redirectUri], name: 'Bench' }],
  personasDir: dir,
});
const { origin } = await simulator.listen(0);
serveParent(origin, async () => {
  await simulator.close();
  rmSync(dir, { recursive: true });
});
