import assert from 'node:assert/strict';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { createSdkSession, sdkSessionRequestEntity } from '@tijori/wire';
import { type Integrator, integratorOf } from './api.ts';
import { Connection } from './connection.ts';
import { startGateway, steadyPort } from './gateway-process.ts';
import { seededRandom } from './random.ts';
import { scratchFolder } from './scratch-folder.ts';

const rounds = 4;
const clients = 12;
const loadMsMax = 250;
/** How many of the answered requests are repeated after each kill. */
const repeatedMax = 200;

const body = JSON.stringify({ '@entity': sdkSessionRequestEntity, flow: 'signin', doc_types: ['gstn_details'] });

/** One request with its `Idempotency-Key`; undefined if the server died before it had answered. */
async function create(connection: Connection, { baseUrl, headers }: Integrator, key: string) {
  const asking = connection.ask('POST', `${baseUrl}${createSdkSession.path}`, {
    headers: { ...headers, 'idempotency-key': key },
    body,
  });
  const answer = await asking.catch(() => undefined);
  if (!answer) return undefined;
  assert.equal(answer.status, 200, answer.body.toString());
  return { text: answer.body.toString(), isReplay: answer.headers['idempotent-replayed'] === 'true' };
}

test('a request that kill -9 left without an answer makes one session, however often it is repeated', async (t) => {
  const seed = Date.now() % 1_000_000;
  const random = seededRandom(seed);
  const scratch = scratchFolder();
  t.after(scratch.remove);
  const place = { dataDir: join(scratch.path, 'data'), port: await steadyPort(random) };
  const answered = new Map<string, string>();
  const open = new Set<string>();
  let replayed = 0;

  for (let round = 0; round < rounds; round += 1) {
    const gateway = await startGateway(place);
    const connection = new Connection();
    const integrator = await integratorOf(gateway, connection);
    for (const key of open) {
      const answer = await create(connection, integrator, key);
      assert.ok(answer, `seed ${seed}: ${key}`);
      if (answer.isReplay) replayed += 1;
      answered.set(key, answer.text);
    }
    open.clear();
    for (const [key, text] of [...answered].slice(-repeatedMax)) {
      assert.deepEqual(await create(connection, integrator, key), { text, isReplay: true }, `seed ${seed}: ${key}`);
    }
    connection.close();
    let isOver = round === rounds - 1;
    const client = async (name: number) => {
      const own = new Connection();
      for (let count = 0; !isOver; count += 1) {
        const key = `${round}-${name}-${count}`;
        open.add(key);
        const answer = await create(own, integrator, key);
        if (!answer) break;
        assert.ok(!answer.isReplay);
        open.delete(key);
        answered.set(key, answer.text);
      }
      own.close();
    };
    const load = Promise.all(Array.from({ length: clients }, (_, name) => client(name)));
    await sleep(random() * loadMsMax);
    isOver = true;
    await gateway.kill();
    await load;
  }

  assert.equal(open.size, 0);
  const ids = new Set([...answered.values()].map((text) => JSON.parse(text).data.id));
  assert.equal(ids.size, answered.size);
  const db = new DatabaseSync(join(place.dataDir, 'tijori.db'), { readOnly: true });
  const count = Number(db.prepare('select count(*) as count from sessions').get()?.count);
  db.close();
  assert.equal(count, answered.size, `seed ${seed}: ${count} sessions of ${answered.size} keys`);
  assert.ok(answered.size > 50, 'a run without load proves nothing');
  t.diagnostic(`${answered.size} keys, ${replayed} answers that a kill had swallowed were replayed`);
});
