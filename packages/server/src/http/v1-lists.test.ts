import assert from 'node:assert/strict';
import { after, afterEach, before, describe, it } from 'node:test';
import { sessionStatuses, type V1Session } from '@tijori/wire';
import { walk, walkToCallback } from '../testing/api.ts';
import { ownApi, redirectFlow } from '../testing/families.ts';
import { startTestGateway, type TestGateway } from '../testing/gateway.ts';
import { browser } from '../testing/person.ts';
import { expireSessions } from '../usecases/sessions/expire.ts';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;

describe('a list of sessions', () => {
  let gateway: TestGateway;
  let own: ReturnType<typeof ownApi>;
  let startMs: number;
  const ids: Record<string, string> = {};
  before(async () => {
    gateway = await startTestGateway();
    startMs = gateway.clock.nowMs;
    const key = await gateway.newKey();
    own = ownApi(gateway, key);
    const make = async (name: string, change: Record<string, unknown> = {}) => {
      gateway.clock.nowMs += 1_000;
      ids[name] = (await own.newSession(change)).id;
      return ids[name];
    };
    await make('short', { expires_at: startMs + 10 * minuteMs, reference: 'A' });
    await make('created', { reference: 'A', documents: [{ type: 'gstn_details' }] });
    await walkToCallback(browser(gateway), await make('initialized', { reference: 'B' }));
    await walk(gateway, await make('succeeded', { reference: 'B' }));
    await walk(gateway, await make('failed', { documents: [{ type: 'udhyam_certificate' }] }), { decision: 'Deny' });
    gateway.clock.nowMs += 1_000;
    ids.api = await redirectFlow(gateway, key).newSession();
    await gateway.deps.background.idle();
  });
  afterEach(() => {
    gateway.clock.nowMs = startMs + 6_000;
  });
  after(() => gateway.close());

  const names = (sessions: V1Session[]) =>
    sessions.map(({ id }) => Object.entries(ids).find(([, each]) => each === id)?.[0]);
  const found = async (query: Record<string, string | number>) => names(await own.all(query));

  it('has those of both families, newest first', async () => {
    assert.deepEqual(await found({}), ['api', 'failed', 'succeeded', 'initialized', 'created', 'short']);
  });

  it('shows each as reading it alone does', async () => {
    for (const session of await own.all()) {
      const { timeline: _, ...alone } = (await own.get(session.id)).json();
      assert.deepEqual(session, alone);
    }
  });

  it('is narrowed by what was said about them', async () => {
    assert.deepEqual(await found({ reference: 'A' }), ['created', 'short']);
    assert.deepEqual(await found({ reference: 'a' }), []);
    assert.deepEqual(await found({ doc_type: 'udhyam_certificate', reference: 'B' }), ['succeeded', 'initialized']);
    assert.deepEqual(await found({ doc_type: 'gstn_details', status: 'created' }), ['api', 'created', 'short']);
    assert.deepEqual(await found({ doc_type: 'company_master_details', status: 'failed' }), []);
    assert.deepEqual(await found({ created_from: startMs + 2_000, created_to: startMs + 4_000 }), [
      'initialized',
      'created',
    ]);
    assert.deepEqual(await found({ created_from: startMs + 4_000, created_to: startMs + 4_000 }), []);
  });

  it('judges expiry as reading does: an overdue session is expired and nothing else', async () => {
    const by = async () => {
      const lists: Record<string, unknown> = {};
      for (const status of sessionStatuses) lists[status] = await found({ status });
      return lists;
    };
    const open = { initialized: ['initialized'], authorized: [], succeeded: ['succeeded'], failed: ['failed'] };
    assert.deepEqual(await by(), { created: ['api', 'created', 'short'], ...open, expired: [] });
    gateway.clock.nowMs = startMs + 10 * minuteMs;
    assert.deepEqual(await by(), { created: ['api', 'created'], ...open, expired: ['short'] });
    gateway.clock.nowMs = startMs + 2 * hourMs;
    const late = { ...open, initialized: [], expired: ['initialized', 'created', 'short'] };
    assert.deepEqual(await by(), { created: ['api'], ...late });
    await expireSessions(gateway.deps, 100);
    assert.deepEqual(await by(), { created: ['api'], ...late }, 'the sweep changed what was read');
    for (const session of await own.all({ status: 'expired' })) {
      assert.deepEqual([session.status, session.status_reason], ['expired', 'session_expired']);
    }
  });

  it('has twenty on a page, or as many as were asked for, and says where it goes on', async () => {
    const page = (await own.list('?limit=4')).json();
    assert.equal(page.data.length, 4);
    const rest = (await own.list(`?limit=4&cursor=${page.next_cursor}`)).json();
    assert.deepEqual(names(rest.data), ['created', 'short']);
    assert.equal(rest.next_cursor, null);
    const exactly = (await own.list('?limit=6')).json();
    assert.equal(exactly.next_cursor, null, 'no empty page follows a full one');
  });
});

describe('pages of a long list', () => {
  it('stay where they are while sessions are made and moved, also of one moment', async () => {
    const gateway = await startTestGateway();
    try {
      const own = ownApi(gateway, await gateway.newKey());
      const before: string[] = [];
      for (let count = 0; count < 45; count += 1) {
        if (count % 15 === 0) gateway.clock.nowMs += 1;
        before.push((await own.newSession()).id);
      }
      assert.equal((await own.list()).json().data.length, 20);
      const seen: string[] = [];
      let cursor: string | null = null;
      do {
        const page: { data: V1Session[]; next_cursor: string | null } = (
          await own.list(`?limit=7${cursor === null ? '' : `&cursor=${cursor}`}`)
        ).json();
        seen.push(...page.data.map(({ id }) => id));
        cursor = page.next_cursor;
        // Of the same moment as the newest, and later ones; and one moves on that was not read yet.
        await own.newSession();
        gateway.clock.nowMs += 1;
        await own.newSession();
        await own.cancel(before[0] ?? '');
      } while (cursor !== null);
      assert.equal(new Set(seen).size, seen.length, 'a session came twice');
      for (const id of before) assert.ok(seen.includes(id), 'a session was left out');
    } finally {
      await gateway.close();
    }
  });
});
