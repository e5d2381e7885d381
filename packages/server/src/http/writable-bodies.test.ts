import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { fieldsOf, type JsonSchema } from '@tijori/wire/openapi';
import {
  allEndpoints,
  bodyFor,
  pathTo,
  sdkCredentials,
  sdkTokenEndpoint,
  sessionFor,
} from '../testing/contract-calls.ts';
import { startTestGateway, type TestGateway } from '../testing/gateway.ts';
import { allRows } from '../testing/rows.ts';
import type { NewKey } from '../usecases/keys/create.ts';

/** Acceptance A5: names that only the server gives values to, in answers and in its tables. */
const inAnswers = allEndpoints.flatMap(({ response }) => fieldsOf(response).map(({ path }) => lastOf(path)));
const inside = ['workspace_id', 'workspaceId', 'mode', 'api_key_id', 'status_reason', 'expires_at_ms', 'constructor'];
const serverOwned = [...new Set([...inAnswers, ...inside])];

describe('a body that a caller writes', () => {
  let gateway: TestGateway;
  let key: NewKey & { token: string };
  before(async () => {
    gateway = await startTestGateway();
    key = await gateway.newKey();
  });
  after(() => gateway.close());

  for (const endpoint of allEndpoints.filter(({ body }) => body)) {
    it(`sets nothing that is the server's: ${endpoint.method} ${endpoint.path}`, async () => {
      const schema: JsonSchema = endpoint.body ?? {};
      const foreign = serverOwned.filter((name) => !Object.hasOwn(schema.properties ?? {}, name));
      assert.ok(foreign.length > 10);
      const isBrowsers = endpoint.credentials === 'key_and_sdk_token' && sdkTokenEndpoint;
      const canaries = new Map<string, string>();
      for (const name of foreign) {
        const canary = `canary-${gateway.deps.newId()}`;
        canaries.set(name, canary);
        const id = await sessionFor(endpoint, gateway, key);
        const headers = isBrowsers ? await sdkCredentials(gateway, key.apiKey, id) : gateway.headers(key);
        const response = await gateway.app.inject({
          method: endpoint.method,
          url: pathTo(endpoint, id),
          headers,
          payload: { ...bodyFor(endpoint, gateway.clock.nowMs), [name]: canary },
        });
        if (schema.additionalProperties === false) assert.equal(response.statusCode, 400, name);
        assert.ok(!response.body.includes(canary), `${name} came back`);
      }
      // One look at every table for all names: none of these calls takes a row away that another has written.
      const rows = JSON.stringify(allRows(gateway));
      for (const [name, canary] of canaries) assert.ok(!rows.includes(canary), `${name} was kept`);
    });
  }
});

function lastOf(path: string): string {
  return (path.split('.').at(-1) ?? '').replace('[]', '');
}
