import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, describe, it, type TestContext } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { Webhook } from 'standardwebhooks';
import { type DevGateway, startDevGateway } from './dev-gateway.ts';
import { start } from './tijori.ts';

interface Event {
  id: string;
  type: string;
  data: { session_id: string };
}

const jsonLines = <Row>(text: string): Row[] =>
  text
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line) as Row);

/** A receiver that keeps what arrives, and says 204, or what a test wants. */
async function startReceiver(t: TestContext, { status = () => 204 }: { status?: (id: unknown) => number } = {}) {
  const taken: { headers: Record<string, string>; raw: string }[] = [];
  const server = createServer(async (request, response) => {
    let raw = '';
    for await (const chunk of request) raw += String(chunk);
    taken.push({ headers: request.headers as Record<string, string>, raw });
    response.writeHead(status(request.headers['webhook-id'])).end('noted');
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  t.after(async () => {
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  });
  return { url: `http://127.0.0.1:${port}/hooks`, taken };
}

async function until(what: string, holds: () => boolean): Promise<void> {
  for (let tries = 0; tries < 1_200; tries += 1) {
    if (holds()) return;
    await wait(50);
  }
  throw new Error(`waited in vain for ${what}`);
}

describe('webhooks, events and listen on the command line', () => {
  let gateway: DevGateway;
  before(async () => {
    gateway = await startDevGateway();
  });
  after(() => gateway.stop());

  it('an endpoint is added, changed, rotated and removed; its secret is shown at the two moments when there is a new one', async () => {
    const url = 'http://127.0.0.1:9/hooks';
    const type = 'entitylocker.session.succeeded';
    const added = await gateway.runHere('webhooks', 'add', url, '--event', type, '--json');
    assert.equal(added.code, 0, added.stderr);
    const { id, secret } = JSON.parse(added.stdout) as { id: string; secret: string };
    const [listed, got, off, rotated, refused, unknown] = await Promise.all([
      gateway.run('webhooks', 'list'),
      gateway.runHere('webhooks', 'get', id, '--json'),
      gateway.runHere(
        'webhooks',
        'update',
        id,
        '--off',
        '--all-events',
        '--vendor-signature',
        '--description',
        'Desk',
        '--json',
      ),
      gateway.runHere('webhooks', 'rotate', id),
      gateway.runHere('webhooks', 'add', 'http://10.0.0.1/hooks'),
      gateway.run('webhooks', 'get', 'whe_00000000000000000000000000000000'),
    ]);
    assert.match(listed.stdout, new RegExp(`^${id} +(on|off|failing) `, 'm'));
    assert.equal((JSON.parse(got.stdout) as { url: string }).url, url);
    const changed = JSON.parse(off.stdout) as Record<string, unknown>;
    const { enabled, events, description, vendor_signature } = changed;
    assert.deepEqual([enabled, events, description, vendor_signature], [false, null, 'Desk', true]);
    assert.match(rotated.stdout, /^Secret +whsec_[A-Za-z0-9+/]+=*$/m);
    for (const { stdout } of [listed, got, off, rotated]) assert.ok(!stdout.includes(secret));
    assert.equal(refused.code, 3);
    assert.equal(unknown.code, 4);
    const removed = await gateway.runHere('webhooks', 'remove', id, '--json');
    assert.deepEqual(JSON.parse(removed.stdout), { id, deleted: true });
    assert.equal((await gateway.runHere('webhooks', 'remove', id)).code, 4);
  });

  it('listen signs truly, shows what passes, outlives a restart of the gateway without losing an event, and ends with 0', async (t) => {
    const receiver = await startReceiver(t);
    const listening = start(['listen', '--forward-to', receiver.url, '--data', gateway.data, '--json']);
    t.after(() => listening.child.kill('SIGKILL'));
    let shown = '';
    listening.child.stdout?.on('data', (chunk: Buffer) => {
      shown += chunk;
    });
    await until('listen', () => shown.includes('"listening":true'));
    const [{ secret = '' } = {}] = jsonLines<{ secret?: string }>(shown);
    assert.equal((await gateway.runHere('simulate', 'deny')).code, 0);
    const isForwarded = (type: string) => receiver.taken.some(({ raw }) => raw.includes(`"${type}"`));
    await until('the failed session', () => isForwarded('entitylocker.session.failed'));

    await gateway.restart();
    assert.equal((await gateway.runHere('simulate', 'consent_all', '--wait')).code, 0);
    await until(
      'the documents',
      () => receiver.taken.filter(({ raw }) => raw.includes('document.available')).length === 3,
    );
    for (const { raw, headers } of receiver.taken) new Webhook(secret).verify(raw, headers);
    assert.equal(new Set(receiver.taken.map(({ headers }) => headers['webhook-id'])).size, receiver.taken.length);

    const listed = await gateway.runHere('events', 'list', '--json', '--limit', '1000');
    const happened = jsonLines<Event>(listed.stdout).map(({ id }) => id);
    assert.deepEqual(
      receiver.taken.map(({ headers }) => headers['webhook-id']),
      happened.reverse(),
    );

    listening.child.kill('SIGINT');
    const { code, stdout } = await listening.ended;
    assert.equal(code, 0);
    const forwarded = jsonLines<{ forwarded?: { status: number } }>(stdout).slice(1);
    assert.ok(forwarded.length > 0 && forwarded.every((line) => line.forwarded?.status === 204));
  });

  it('events are listed newest first, by type, and shown one by one; tail shows them as they happen', async (t) => {
    const tail = start(['events', 'tail', '--type', 'entitylocker.session.failed', '--data', gateway.data]);
    t.after(() => tail.child.kill('SIGKILL'));
    let shown = '';
    tail.child.stdout?.on('data', (chunk: Buffer) => {
      shown += chunk;
    });
    let said = '';
    tail.child.stderr?.on('data', (chunk: Buffer) => {
      said += chunk;
    });
    await until('the tail', () => said.includes('Following the events'));
    assert.equal((await gateway.runHere('simulate', 'deny', '--doc-type', 'gstn_details')).code, 0);
    await until('the event', () => shown !== '');
    tail.child.kill('SIGTERM');
    assert.equal((await tail.ended).code, 0);
    assert.match(shown, /^\d\d:\d\d:\d\d {2}entitylocker\.session\.failed +[0-9a-f-]{36} \(consent_denied\)$/m);

    const failed = await gateway.runHere(
      'events',
      'list',
      '--type',
      'entitylocker.session.failed',
      '--limit',
      '1',
      '--json',
    );
    const [event] = jsonLines<Event>(failed.stdout);
    assert.equal(event?.type, 'entitylocker.session.failed');
    const one = await gateway.runHere('events', 'get', String(event?.id), '--json');
    assert.deepEqual(JSON.parse(one.stdout), event);
    assert.equal((await gateway.runHere('events', 'get', 'evt_00000000000070008000000000000000')).code, 4);
  });

  it('trigger brings an event about with a true session, and knows no other', async () => {
    const names = ['session.expired', 'session.cancelled', 'document.erased', 'document.failed'];
    const types = [...names, 'consent.withdrawn', 'consent.expired'].map((name) => `entitylocker.${name}`);
    types.push('endpoint.disabled');
    const triggered = await Promise.all(
      types.map((type) => gateway.runHere('trigger', type, '--timeout', '120', '--json')),
    );
    for (const [i, { code, stdout, stderr }] of triggered.entries()) {
      assert.equal(code, 0, stderr);
      assert.equal((JSON.parse(stdout) as Event).type, types[i]);
    }
    assert.equal((await gateway.runHere('webhooks', 'list', '--json')).stdout, '', 'what it needed is cleared away');
    const wrong = await gateway.runHere('trigger', 'entitylocker.session.postponed');
    assert.equal(wrong.code, 2);
    assert.match(wrong.stderr, /Allowed choices are entitylocker\.session\.created/);
  });

  it('what a receiver did not take shows in the log, and goes out again one by one or by range, with the id that it has', async (t) => {
    let takes: (id: unknown) => boolean = () => false;
    const receiver = await startReceiver(t, { status: (id) => (takes(id) ? 204 : 500) });
    const added = await gateway.runHere('webhooks', 'add', receiver.url, '--json');
    const { id, secret } = JSON.parse(added.stdout) as { id: string; secret: string };
    // What the tests before have made happen is no part of it.
    const startMs = Date.now();
    assert.equal((await gateway.runHere('simulate', 'deny')).code, 0);
    await until('all three events', () => receiver.taken.length >= 3);

    const [log, pending, refused] = await Promise.all([
      gateway.runHere('webhooks', 'deliveries', id, '--json'),
      gateway.runHere('webhooks', 'deliveries', id, '--state', 'pending'),
      gateway.run('webhooks', 'test', id),
    ]);
    const deliveries = jsonLines<{ event_id: string; state: string; attempts: { answer: string }[] }>(log.stdout);
    assert.deepEqual(
      deliveries.map(({ state, attempts }) => [state, attempts[0]?.answer]),
      Array(3).fill(['pending', 'noted']),
    );
    assert.match(pending.stdout, /^evt_\S+ +entitylocker\.session\.failed +pending +[12] +500 +20\d\d-/m);
    assert.equal(refused.code, 6);
    assert.match(refused.stdout, /^not taken: 500 in \d+ ms\nIt answered: noted\n$/);

    const [first = '', second = '', third = ''] = deliveries.map((each) => each.event_id);
    takes = (id) => id !== third;
    const ids = () => receiver.taken.map(({ headers }) => headers['webhook-id']);
    const resent = await gateway.runHere('events', 'resend', first, second, '--endpoint', id);
    assert.equal(resent.stdout, `${first}  to 1 endpoint\n${second}  to 1 endpoint\n`);
    await until('both', () => [first, second].every((each) => ids().filter((taken) => taken === each).length > 1));
    // By itself it was tried again after 5 s; the next time is in 5 minutes, so that what comes now was ordered.
    await until('the third, again', () => ids().filter((taken) => taken === third).length > 1);
    takes = () => true;
    const replay = (...more: string[]) => gateway.runHere('events', 'replay', id, '--from', String(startMs), ...more);
    assert.equal((await replay()).stdout, '1 on their way.\n');
    await until('the third', () => ids().filter((taken) => taken === third).length > 2);
    const all = await replay('--include-delivered', '--type', 'entitylocker.session.failed', '--json');
    assert.equal((JSON.parse(all.stdout) as { ordered: number }).ordered, 1);
    const taken = await gateway.runHere('webhooks', 'test', id, '--json');
    assert.equal(taken.code, 0);
    assert.equal((JSON.parse(taken.stdout) as { status: number }).status, 204);
    for (const { raw, headers } of receiver.taken) new Webhook(secret).verify(raw, headers);

    const wrong = await Promise.all([
      gateway.runHere('events', 'replay', id),
      gateway.runHere('events', 'replay', id, '--from', '2026-11-26', '--to', '2026-11-25'),
      gateway.runHere('events', 'resend', 'evt_00000000000070008000000000000000'),
      gateway.runHere('webhooks', 'remove', id),
    ]);
    assert.deepEqual(
      wrong.map(({ code }) => code),
      [2, 3, 4, 0],
    );
  });
});
