import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { integrator, walk } from '../testing/api.ts';
import { startTestGateway } from '../testing/gateway.ts';

describe('two hundred journeys at once', () => {
  it('of twenty workspaces never see a word of each other (acceptance A8)', async () => {
    const gateway = await startTestGateway();
    const tenants = await Promise.all(
      Array.from({ length: 20 }, async (_, number) => {
        const name = `Lender ${String.fromCharCode(65 + number).repeat(12)} (fictional)`;
        const own = await gateway.newKey('test', name);
        return { name, api: integrator(gateway, own), seen: [] as string[], own: [name, own.apiKey] };
      }),
    );
    await Promise.all(
      tenants.flatMap((tenant) =>
        Array.from({ length: 10 }, async () => {
          const { api, seen, own } = tenant;
          const id = await api.newSession({ doc_types: ['company_master_details'] });
          own.push(id);
          seen.push((await walk(gateway, id)).body);
          seen.push((await api.status(id)).body);
          // On a slow machine two hundred files take longer than one call waits for its own.
          let document = await api.document(id, 'company_master_details');
          for (let tries = 0; document.statusCode === 504 && tries < 10; tries += 1) {
            document = await api.document(id, 'company_master_details');
          }
          assert.equal(document.statusCode, 200);
          own.push(/documents\/([0-9a-f-]{36})/.exec(document.body)?.[1] ?? 'no document');
          seen.push(document.body);
        }),
      ),
    );
    await gateway.close();
    for (const { name, seen } of tenants) {
      const text = seen.join('\n');
      const foreign = tenants.filter((other) => other.name !== name).flatMap(({ own }) => own);
      assert.equal(foreign.length, 19 * 22);
      for (const canary of foreign) assert.ok(!text.includes(canary), `${name} saw ${canary}`);
      assert.ok(text.includes(name), 'the search would find nothing');
    }
  });
});
