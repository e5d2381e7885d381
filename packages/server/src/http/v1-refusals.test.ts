import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { ownApi } from '../testing/families.ts';
import { startTestGateway, type TestGateway } from '../testing/gateway.ts';

describe('what our own API refuses', () => {
  let gateway: TestGateway;
  let own: ReturnType<typeof ownApi>;
  let id: string;
  before(async () => {
    gateway = await startTestGateway();
    own = ownApi(gateway, await gateway.newKey());
    ({ id } = await own.newSession());
  });
  after(() => gateway.close());

  const refused = (response: Awaited<ReturnType<typeof own.create>>, code = 'invalid_request_body') => {
    assert.equal(response.headers['content-type'], 'application/problem+json', response.body);
    const { transaction_id: _, errors, ...rest } = response.json();
    assert.deepEqual(rest, {
      type: `urn:tijori:error:${code}`,
      title: rest.title,
      status: response.statusCode,
      code,
    });
    assert.equal(response.headers['x-error-code'], code);
    return (errors ?? []).map(({ pointer }: { pointer: string }) => pointer);
  };

  const bodies: [string, Record<string, unknown>][] = [
    ['/flow', { flow: undefined }],
    ['/flow', { flow: 'login' }],
    ['/documents', { documents: [] }],
    ['/documents/0/type', { documents: [{ type: 'aadhaar' }] }],
    ['/documents/1/purpose', { documents: [{ type: 'gstn_details' }, { type: 'gstn_details', purpose: 'why?' }] }],
    ['/documents/0/purpose', { documents: [{ type: 'gstn_details', purpose: ' spaces outside ' }] }],
    ['/documents/0/purpose', { documents: [{ type: 'gstn_details', purpose: 'x'.repeat(101) }] }],
    ['/documents/0/purpose', { documents: [{ type: 'gstn_details', purpose: '' }] }],
    ['/documents/0/purpose', { documents: [{ type: 'gstn_details', purpose: 'जाँच' }] }],
    ['/documents/0/why', { documents: [{ type: 'gstn_details', why: 'x' }] }],
    ['/reference', { reference: 'x'.repeat(129) }],
    ['/reference', { reference: 'a\nb' }],
    ['/reference', { reference: '' }],
    ['/reference', { reference: null }],
    ['/metadata', { metadata: Object.fromEntries(Array.from({ length: 21 }, (_, index) => [`k${index}`, ''])) }],
    ['/metadata/a~1b~0', { metadata: { 'a/b~': 'x' } }],
    [`/metadata/${'k'.repeat(41)}`, { metadata: { ['k'.repeat(41)]: 'x' } }],
    ['/metadata/a', { metadata: { a: 1 } }],
    ['/metadata/a', { metadata: { a: 'x'.repeat(501) } }],
    ['/locale', { locale: 'fr-FR' }],
    ['/return_url', { return_url: 'http://localhost/' }],
    ['/return_url', { return_url: 'https://user@lender.example/' }],
    ['/return_url', { return_url: 'javascript:alert(1)' }],
    ['/expires_at', { expires_at: 1_763_800_000 }],
    ['/expires_at', { expires_at: 253_402_300_799_000 }],
    ['/expected_entity', { expected_entity: {} }],
    ['/expected_entity', { expected_entity: { pan: 'ZZZCZ9999Z', cin: 'U99999ZZ2014PTC999901' } }],
    ['/expected_entity/pan', { expected_entity: { pan: 'zzzcz9999z' } }],
    ['/expected_entity/din', { expected_entity: { din: '99999999' } }],
    ['/status', { status: 'succeeded' }],
    ['/family', { family: 'api' }],
    ['/id', { id: '3f0f6c1e-6a4c-4b1e-9d3a-1c2b3d4e5f60' }],
  ];
  for (const [pointer, change] of bodies) {
    it(`names ${pointer} of a create body, and never what stood in it: ${JSON.stringify(change).slice(0, 60)}`, async () => {
      const response = await own.create(change);
      assert.equal(response.statusCode, 400);
      assert.deepEqual(refused(response), [pointer]);
      for (const value of ['localhost', 'user@', 'alert', 'why?', '1763800000', 'zzzcz', 'xxx', 'जाँच']) {
        assert.ok(!response.body.includes(value), response.body);
      }
    });
  }

  it('is every change that is none, or not one of the two', async () => {
    for (const [pointer, change] of [
      ['', {}],
      ['/status', { status: 'failed' }],
      ['/expires_at', { expires_at: 1 }],
      ['/reference', { reference: 5 }],
      ['/metadata/a', { metadata: { a: null } }],
    ] as const) {
      assert.deepEqual(refused(await own.update(id, change)), [pointer]);
    }
  });

  it('is a body that is no JSON, without pointers', async () => {
    const broken = {
      method: 'POST' as const,
      url: '/v1/sessions',
      payload: '{',
      headers: { 'content-type': 'application/json' },
    };
    assert.deepEqual(refused(await own.send(broken)), []);
  });

  it('is a query that is unknown, doubled, or not what it should be', async () => {
    for (const [query, pointer] of [
      ['?state=created', '/state'],
      ['?status=open', '/status'],
      ['?status=created&status=failed', '/status'],
      ['?limit=0', '/limit'],
      ['?limit=101', '/limit'],
      ['?limit=1e1', '/limit'],
      ['?limit=', '/limit'],
      ['?limit=01', '/limit'],
      ['?limit=5&limit=6', '/limit'],
      ['?created_from=yesterday', '/created_from'],
      ['?created_to=-1', '/created_to'],
      ['?created_to=99999999999999999999', '/created_to'],
      ['?doc_type=aadhaar', '/doc_type'],
      ['?reference=', '/reference'],
      ['?__proto__=x', '/__proto__'],
    ]) {
      assert.deepEqual(refused(await own.list(query), 'invalid_query'), [pointer], query);
    }
    for (const cursor of ['', 'x', 'bm9uZQ', `${'A'.repeat(500)}`]) {
      assert.deepEqual(refused(await own.list(`?cursor=${cursor}`), 'invalid_cursor'), []);
    }
  });

  it('is told as a problem, too, where the address or the method is wrong, or the caller', async () => {
    const at = (method: 'GET' | 'PUT', url: string, headers = {}) => own.send({ method, url, headers });
    assert.deepEqual(refused(await at('GET', '/v1/nothing'), 'route_not_found'), []);
    assert.deepEqual(refused(await at('GET', '/v1/sessions/%zz'), 'route_not_found'), []);
    const put = await at('PUT', '/v1/sessions');
    assert.deepEqual(refused(put, 'method_not_allowed'), []);
    assert.equal(put.headers.allow, 'GET, POST');
    refused(await at('GET', '/v1/sessions', { authorization: 'none' }), 'invalid_access_token');
    refused(await at('GET', '/v1/sessions', { 'x-api-key': 'none' }), 'insufficient_privilege');
  });

  it('is an outcome that no simulator plays', async () => {
    const headers = { 'x-tijori-scenario': 'nonsense' };
    const response = await own.send({
      method: 'POST',
      url: '/v1/sessions',
      headers,
      payload: { flow: 'signin', documents: [{ type: 'gstn_details' }] },
    });
    refused(response, 'unknown_scenario');
  });
});
