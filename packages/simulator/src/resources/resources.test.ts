import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { getResource, obtainCode, redeem, type TestSimulator, testClient, testSimulator } from '../test-simulator.ts';
import { bodyHmac } from './download.ts';

describe('resources', () => {
  let simulator: TestSimulator;
  before(async () => {
    simulator = await testSimulator();
  });
  after(() => simulator.close());

  const tokenFor = async (mobile: string, wanted?: (uri: string) => boolean, change = {}) =>
    (await redeem(simulator.app, await obtainCode(simulator.app, mobile, change, wanted))).body.access_token;
  const cpmtd = 'in.gov.mca-CPMTD-U99999ZZ2014PTC999901';
  const gstnd = 'in.org.gstn-GSTND-27ZZZCZ9999Z1ZJ';
  const udcer = 'in.gov.msme-UDCER-UDYAM-ZZ-00-0000001zz5550000011';

  test('the hmac follows the published vector (entitylocker-upstream §2.6)', () => {
    const expected = '9SMrL1GXj+1qthaKZwCtiiCo8ytJoe7zRytosxteaBk=';
    assert.equal(bodyHmac('test-client-secret', Buffer.from('%PDF-1.7\nhello\n')), expected);
  });

  test('says who the person and the entity are', async () => {
    const token = await tokenFor('5550000001');
    const user = (await getResource(simulator.app, '/1/user', token)).json();
    assert.deepEqual([user.name, user.dob, user.gender, user.mobile], ['Asha Namuna', '29021984', 'F', '5550000001']);
    const { entitylockerid, ...entity } = (await getResource(simulator.app, '/1/entity', token)).json();
    assert.match(entitylockerid, /^[0-9a-f-]{36}$/);
    assert.deepEqual(entity, {
      name: 'NEELKAMAL SPECIMEN TEXTILES PRIVATE LIMITED',
      doi: '01-07-2014',
      email: 'accounts@neelkamal-specimen.example',
      mobile: '5550000011',
      verified_by: 'cin',
    });
  });

  test('lists the ticked documents and no other', async () => {
    const token = await tokenFor('5550000001', (uri) => uri !== udcer);
    const { items, resource } = (await getResource(simulator.app, '/2/entity/files/issued', token)).json();
    assert.equal(resource, '');
    assert.deepEqual(
      items.map((item: { uri: string }) => item.uri),
      [cpmtd, gstnd],
    );
    assert.deepEqual(items[0], {
      name: 'Company Master Details',
      type: 'file',
      size: '',
      parent: '',
      date: '19-12-2024',
      mime: ['application/pdf'],
      uri: cpmtd,
      doctype: 'CPMTD',
      description: 'Company Master Details',
      issuerid: 'in.gov.mca',
      issuer: 'Ministry of Corporate Affairs (MCA), Govt. of India',
    });
    assert.deepEqual(items[1].mime, ['application/xml', 'application/pdf']);
  });

  test('lists nothing when nothing was ticked, and nothing uploaded', async () => {
    const token = await tokenFor('5550000001', () => false);
    assert.deepEqual((await getResource(simulator.app, '/2/entity/files/issued', token)).json().items, []);
    assert.deepEqual((await getResource(simulator.app, '/1/entity/files', token)).json(), {
      directory: '/',
      items: [],
    });
    const folder = await getResource(simulator.app, '/1/entity/files/123', token);
    assert.deepEqual([folder.statusCode, folder.json().error], [404, 'invalid_id']);
  });

  test('serves exact bytes by path and by query, with their hmac, and everything that the list names', async () => {
    const token = await tokenFor('5550000001');
    const { items } = (await getResource(simulator.app, '/2/entity/files/issued', token)).json();
    for (const { uri, mime } of items as { uri: string; mime: string[] }[]) {
      for (const one of mime) {
        const kind = one === 'application/pdf' ? 'file' : 'xml';
        const path = await getResource(simulator.app, `/1/entity/${kind}/${encodeURIComponent(uri)}`, token);
        const query = await getResource(simulator.app, `/1/entity/${kind}/uri?uri=${encodeURIComponent(uri)}`, token);
        assert.equal(path.statusCode, 200);
        assert.equal(path.headers['content-type'], one);
        assert.equal(path.headers['content-length'], String(path.rawPayload.length));
        assert.equal(path.headers.hmac, bodyHmac(testClient.clientSecret, path.rawPayload));
        assert.deepEqual(query.rawPayload, path.rawPayload);
      }
    }
  });

  test('a document that was not ticked looks like one that does not exist', async () => {
    const token = await tokenFor('5550000001', (uri) => uri === gstnd);
    const paths = [
      `/1/entity/file/${cpmtd}`,
      `/1/entity/file/uri?uri=${udcer}`,
      `/1/entity/xml/${udcer}`,
      '/1/entity/file/in.org.gstn-GSTND-29ZZZCZ9998Z1ZC',
      '/1/entity/file/nonsense',
    ];
    const bodies = new Set<string>();
    for (const path of paths) {
      const answer = await getResource(simulator.app, path, token);
      assert.equal(answer.statusCode, 404, path);
      bodies.add(answer.body);
    }
    assert.deepEqual(
      [...bodies].map((body) => JSON.parse(body).error),
      ['invalid_uri'],
    );
    assert.equal((await getResource(simulator.app, `/1/entity/file/${gstnd}`, token)).statusCode, 200);
  });

  test('company master details have no XML; a missing uri is said so', async () => {
    const token = await tokenFor('5550000001');
    assert.equal((await getResource(simulator.app, `/1/entity/xml/${cpmtd}`, token)).statusCode, 404);
    for (const path of [
      '/1/entity/file/uri',
      '/1/entity/file/uri?uri=',
      '/1/entity/xml/',
      `/1/entity/file/uri?uri=${cpmtd}&uri=${cpmtd}`,
    ]) {
      const answer = await getResource(simulator.app, path, token);
      assert.deepEqual([answer.statusCode, answer.json().error], [400, 'uri_missing'], path);
    }
  });

  test('every resource wants a live bearer token in the header', async () => {
    const token = await tokenFor('5550000001');
    const paths = [
      '/1/user',
      '/1/entity',
      '/2/entity/files/issued',
      '/1/entity/files',
      `/1/entity/file/${cpmtd}`,
      '/1/entity/xml/uri',
    ];
    for (const path of paths) {
      for (const authorization of [
        undefined,
        'Bearer',
        `Bearer ${'0'.repeat(40)}`,
        `Basic ${token}`,
        `Bearer ${token}0`,
      ]) {
        const answer = await simulator.app.inject({
          url: `/public/oauth2${path}`,
          headers: authorization ? { authorization } : {},
        });
        assert.deepEqual([answer.statusCode, answer.json().error], [401, 'invalid_token'], path);
      }
      const inQuery = await simulator.app.inject({ url: `/public/oauth2${path}?access_token=${token}` });
      assert.equal(inQuery.statusCode, 401);
    }
  });

  test('a narrower scope opens only its own resources', async () => {
    const token = await tokenFor('5550000001', undefined, { scope: 'userdetails' });
    assert.equal((await getResource(simulator.app, '/1/user', token)).statusCode, 200);
    const answer = await getResource(simulator.app, '/2/entity/files/issued', token);
    assert.deepEqual([answer.statusCode, answer.json().error], [403, 'insufficient_scope']);
  });
});
