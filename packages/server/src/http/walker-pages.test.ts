import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, describe, it } from 'node:test';
import { integrator } from '../testing/api.ts';
import { startListeningGateway, type TestGateway } from '../testing/gateway.ts';
import { levers } from '../testing/test-controls.ts';

describe('a page that a test put in the place of EntityLocker’s', () => {
  let gateway: TestGateway;
  let api: ReturnType<typeof integrator>;
  let pull: ReturnType<typeof levers>;
  before(async () => {
    gateway = await startListeningGateway();
    const key = await gateway.newKey();
    api = integrator(gateway, key);
    pull = levers(gateway, key);
  });
  after(() => gateway.close());

  const put = (body: unknown, headers: Record<string, string> = { 'content-type': 'text/html' }, status = 200) =>
    pull.queue({ point: 'authorize', answer: { kind: 'answer', status, headers, body } });

  it('costs no more than it is long', async () => {
    const id = await api.newSession();
    await put('<form action="'.repeat(4_000));
    assert.equal((await pull.act(id, 'open')).status, 200);
  });

  for (const [what, page] of [
    ['an address that is none', '<form action="http://[">x</form>'],
    ['a character that is none', '<form action="&#99999999;"><input name="&#9999999;"></form>'],
  ] as const) {
    it(`may have ${what}: the person goes on, and begins anew`, async () => {
      const id = await api.newSession();
      await put(page);
      assert.equal((await pull.act(id, 'open')).body.place, 'returned');
      assert.equal((await pull.act(id, 'abandon')).body.place, 'start');
      assert.equal((await pull.play(id, 'consent_all')).body.status, 'succeeded');
    });
  }

  it('leads to no address: 503, and the next try is good', async () => {
    const id = await api.newSession();
    await put({}, { location: 'http://[' }, 302);
    assert.deepEqual((({ status, code }) => [status, code])(await pull.act(id, 'open')), [503, 'upstream_unavailable']);
    assert.equal((await pull.act(id, 'open')).body.place, 'sign_in');
  });

  it('leads elsewhere: nobody goes there', async () => {
    let visits = 0;
    const elsewhere = createServer((_request, response) => {
      visits += 1;
      response.end();
    }).listen(0, '127.0.0.1');
    await once(elsewhere, 'listening');
    const { port } = elsewhere.address() as AddressInfo;
    const id = await api.newSession();
    await put({}, { location: `http://127.0.0.1:${port}/metadata` }, 302);
    assert.equal((await pull.act(id, 'open')).body.place, 'returned');
    assert.equal(visits, 0);
    elsewhere.close();
  });
});
