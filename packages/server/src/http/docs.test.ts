import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { openApiDocument } from '@tijori/wire/openapi';
import { startTestGateway, type TestGateway } from '../testing/gateway.ts';

describe('the documentation that a server serves', () => {
  let gateway: TestGateway;
  before(async () => {
    gateway = await startTestGateway();
  });
  after(() => gateway.close());
  const get = (url: string) => gateway.app.inject({ url });

  it('is its contract at /openapi.json, with its own address', async () => {
    const response = await get('/openapi.json');
    assert.equal(response.statusCode, 200);
    assert.equal(response.headers['content-type'], 'application/json; charset=utf-8');
    assert.deepEqual(response.json(), JSON.parse(JSON.stringify(openApiDocument(gateway.config.baseUrl))));
  });

  it('is a page at /docs that may run nothing and fetch nothing but its own stylesheet', async () => {
    const response = await get('/docs');
    assert.equal(response.statusCode, 200);
    assert.equal(response.headers['content-type'], 'text/html; charset=utf-8');
    const policy = String(response.headers['content-security-policy']);
    assert.match(policy, /default-src 'none'; style-src 'sha256-[\w+/]{43}=' 'self';/);
    assert.doesNotMatch(policy, /unsafe|http|\*/);
    const sheets = [...response.body.matchAll(/<link rel="stylesheet" href="([^"]+)">/g)].map(([, href]) => href ?? '');
    assert.deepEqual(sheets, ['/assets/docs.css']);
    for (const sheet of sheets) {
      const { statusCode, headers, body } = await get(sheet);
      assert.deepEqual([statusCode, headers['content-type']], [200, 'text/css; charset=utf-8']);
      assert.doesNotMatch(body, /@import|url\(/);
    }
  });
});
