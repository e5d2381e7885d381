import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { docTypes } from '@tijori/wire';
import { fastify } from 'fastify';
import { eventIds } from '../packages/server/src/domain/event.ts';
import { sessionIdAt } from '../packages/server/src/domain/session-id.ts';
import { openSqlite } from '../packages/server/src/storage/sqlite.ts';
import { openStores } from '../packages/server/src/stores/index.ts';
import { sessionWith } from '../packages/server/src/testing/session.ts';

/**
 * The bare route of `bare-route.ts`, which in addition keeps what a creation keeps before it answers: session, audit entry and
 * event in one commit, by the gateway's own writer. Nothing of the request is looked at, and nothing is made of it: what no
 * gateway that keeps these rows can be faster than.
 */
const folder = await mkdtemp(join(tmpdir(), 'tijori-bench-'));
const db = await openSqlite({ path: join(folder, 'tijori.db'), now: Date.now });
const stores = openStores(db);
const newEventId = eventIds(randomUUID);
const like = sessionWith({ docTypes: docTypes.map(({ name }) => name) });
let answer: unknown;

const app = fastify();
app.post('/kyc/entitylocker-sdk/sessions/create', async (_request, reply) => {
  reply.header('cache-control', 'no-store');
  const atMs = Date.now();
  const session = { ...like, id: sessionIdAt(atMs, randomUUID), createdAtMs: atMs, expiresAtMs: atMs + 3_600_000 };
  const event = {
    id: newEventId(atMs),
    workspaceId: session.workspaceId,
    mode: session.mode,
    type: 'entitylocker.session.created',
    sessionId: session.id,
    status: session.status,
    previousStatus: null,
    sequence: 1,
    atMs,
    details: {},
  } as const;
  await stores.commit(
    [
      stores.sessions.insertion(session),
      stores.audit.insertion(session, { atMs, actor: 'integrator', action: 'session.created' }),
      ...stores.events.creation(event, null),
    ],
    session.workspaceId,
  );
  return answer;
});

process.on('message', ({ create }: { create: unknown }) => {
  answer = create;
  process.send?.('set');
});
process.once('SIGTERM', async () => {
  await app.close();
  await db.close();
  await rm(folder, { recursive: true });
  process.exit();
});
process.send?.(await app.listen({ host: '127.0.0.1', port: 0 }));
