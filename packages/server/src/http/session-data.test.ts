import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { SessionDataResponse } from '@tijori/wire';
import { integrator, people, walk, withoutDownloads } from '../testing/api.ts';
import { ownBody } from '../testing/families.ts';
import { startTestGateway, type TestGateway } from '../testing/gateway.ts';
import type { NewKey } from '../usecases/keys/create.ts';

describe('what documents say', () => {
  let gateway: TestGateway;
  let key: NewKey & { token: string };
  before(async () => {
    gateway = await startTestGateway();
    key = await gateway.newKey();
  });
  after(() => gateway.close());

  const api = () => integrator(gateway, key);
  const walked = async (scenario?: string, mobile?: string): Promise<string> => {
    const headers = scenario ? { 'x-tijori-scenario': scenario } : {};
    const created = await api().send({ method: 'POST', url: '/v1/sessions', headers, payload: ownBody() });
    const { id } = created.json<{ id: string }>();
    await walk(gateway, id, mobile ? { mobile } : {});
    await gateway.deps.background.idle();
    return id;
  };
  const ask = (id: string, query = '') => api().send({ method: 'GET', url: `/v1/sessions/${id}/data${query}` });
  const data = async (id: string, query = '') => {
    const response = await ask(id, query);
    assert.equal(response.statusCode, 200, response.body);
    return response.json<SessionDataResponse>();
  };

  it('in one form: ISO dates, states by code, size classes and activities, each with its source', async () => {
    const { company, gst_registrations, udyam, not_read, personal } = await data(await walked());
    assert.equal(personal, 'masked');
    assert.deepEqual(
      [company?.cin, company?.incorporation_year, company?.company_class, company?.source.read_from],
      ['U99999ZZ2014PTC999901', 2014, 'private', 'listing'],
    );
    assert.deepEqual(
      [company?.name, company?.incorporated_on, company?.state_code],
      ['NEELKAMAL SPECIMEN TEXTILES PRIVATE LIMITED', '2014-07-01', null],
      'ZZ is no state',
    );
    const [gst, ...more] = gst_registrations;
    assert.equal(more.length, 0);
    assert.deepEqual(
      [
        gst?.gstin,
        gst?.gstin_fault,
        gst?.pan,
        gst?.state_code,
        gst?.registered_on,
        gst?.standing,
        gst?.address.state_code,
      ],
      ['27ZZZCZ9999Z1ZJ', null, 'ZZZCZ9999Z', '27', '2017-07-01', 'unknown', '27'],
    );
    assert.deepEqual([gst?.source.verdict, gst?.source.read_from], ['genuine', 'signed_content']);
    assert.deepEqual(udyam?.enterprise_classes, ['small', 'small', 'micro']);
    assert.deepEqual(
      udyam?.activities.map(({ nic_code }) => nic_code),
      ['13121', '13131'],
    );
    assert.deepEqual([udyam?.commenced_on, udyam?.standing, udyam?.address.state_code], ['2014-10-02', 'active', '27']);
    assert.deepEqual(not_read, []);
  });

  it('a company’s master details from the text of its PDF, people in it only for a purpose', async () => {
    const id = await walked();
    const { company } = await data(id);
    const { source, directors, address, ...masterData } = company?.master_data ?? assert.fail();
    assert.deepEqual(masterData, {
      name: 'NEELKAMAL SPECIMEN TEXTILES PRIVATE LIMITED',
      registrar: 'RoC Specimen',
      category: 'Company limited by shares',
      sub_category: 'Non-government company',
      company_class: 'Private',
      incorporated_on: '2014-07-01',
      listed: false,
      status: 'Active',
      standing: 'active',
      authorised_capital_rupees: 50_000_000,
      paid_up_capital_rupees: 32_500_000,
      last_annual_meeting_on: '2024-09-27',
      last_balance_sheet_on: '2024-03-31',
      email: null,
      unread: [],
    });
    assert.deepEqual([source.verdict, source.read_from], ['genuine', 'signed_text']);
    assert.deepEqual([address?.pin, address?.state_code], ['400000', '27']);
    assert.deepEqual(directors, [
      { name: null, din: null, appointed_on: '2014-07-01' },
      { name: null, din: null, appointed_on: '2018-04-16' },
    ]);
    const shown = (await data(id, '?personal_for=A%20loan')).company?.master_data;
    assert.deepEqual(
      [shown?.email, shown?.directors?.[1]?.name, shown?.directors?.[1]?.din],
      ['accounts@neelkamal-specimen.example', 'KIRAN PRATIROOP', '99999999'],
    );
  });

  it('nothing of a document that names another company than EntityLocker’s list', async () => {
    const id = await walked();
    const { documents } = gateway.deps.stores;
    const { ofSession } = documents;
    documents.ofSession = async (sessionId) => {
      documents.ofSession = ofSession;
      const found = await ofSession(sessionId);
      return found.map((one) => ({ ...one, uri: one.uri.replace('PTC999901', 'PTC999902') }));
    };
    const { company, not_read } = await data(id);
    assert.deepEqual([company?.cin, company?.master_data], ['U99999ZZ2014PTC999902', null]);
    assert.deepEqual(
      not_read.map(({ type, reason }) => [type, reason]),
      [['company_master_details', 'other_company']],
    );
  });

  it('says why nothing was read from a document', async () => {
    const reasons = async (id: string) =>
      Object.fromEntries((await data(id)).not_read.map(({ type, reason }) => [type, reason]));
    assert.deepEqual(await reasons(await walked('tampered')), {
      company_master_details: 'not_genuine',
      gstn_details: 'not_genuine',
      udhyam_certificate: 'not_genuine',
    });
    const created = await api().send({ method: 'POST', url: '/v1/sessions', payload: ownBody() });
    const { id } = created.json<{ id: string }>();
    await withoutDownloads(gateway, () => walk(gateway, id));
    assert.equal((await reasons(id)).gstn_details, 'not_fetched');
  });

  it('one registration for each state', async () => {
    const { gst_registrations } = await data(await walked(undefined, people.ravi));
    const codes = gst_registrations.map(({ state_code }) => state_code);
    assert.equal(new Set(codes).size, 3);
  });

  it('personal fields only for a purpose, which is recorded before they are shown', async () => {
    const id = await walked();
    const masked = await data(id);
    const hidden = [
      masked.udyam?.social_category,
      masked.udyam?.phone,
      masked.udyam?.email,
      masked.gst_registrations[0]?.email,
    ];
    assert.deepEqual(hidden, [null, null, null, null]);
    const shown = await data(id, '?personal_for=Call%20back%20about%20the%20loan');
    assert.deepEqual(
      [shown.personal, shown.udyam?.social_category, shown.udyam?.phone, shown.udyam?.email],
      ['shown', 'General', '5550000011', 'accounts@neelkamal-specimen.example'],
    );
    const { timeline } = (await api().send({ method: 'GET', url: `/v1/sessions/${id}` })).json();
    const told = timeline.filter(({ action }: { action: string }) => action === 'personal_data.read');
    assert.deepEqual(
      told.map(({ actor, detail }: { actor: string; detail: string }) => [actor, detail]),
      [['integrator', 'Call back about the loan']],
    );
    assert.equal((await ask(id, '?personal_for=')).statusCode, 400);
    assert.equal((await ask(id, '?personal=all')).statusCode, 400);
  });

  for (const scenario of ['tampered', 'wrapped_signature', 'unknown_root', 'signer_revoked', 'malformed_xml']) {
    it(`nothing is read from a document that is not genuine: ${scenario}`, async () => {
      const answer = await data(await walked(scenario));
      assert.deepEqual([answer.gst_registrations, answer.udyam], [[], null]);
      // An XML that is broken is one of two; the PDF beside them is whole.
      assert.equal(answer.not_read.length, scenario === 'malformed_xml' ? 2 : 3);
      assert.ok(!JSON.stringify(answer).includes('FORGED'));
    });
  }

  it('a struck off company, a cancelled registration and a surrendered certificate say so', async () => {
    const { company } = await data(await walked('company_struck_off'));
    assert.deepEqual([company?.master_data?.status, company?.master_data?.standing], ['Strike Off', 'struck_off']);
    assert.equal((await data(await walked('gst_cancelled'))).gst_registrations[0]?.standing, 'revoked');
    assert.equal((await data(await walked('udyam_surrendered'))).udyam?.standing, 'revoked');
  });

  it('a PAN that cannot be the entity’s stands in the answer, and so does another name', async () => {
    const { gst_registrations } = await data(await walked('pan_mismatch'));
    assert.equal(gst_registrations[0]?.pan?.charAt(3), 'P');
    const other = await data(await walked('name_mismatch'));
    assert.notEqual(other.gst_registrations[0]?.legal_name, other.udyam?.name);
  });

  it('documents are held against each other, rule by rule, with a reason', async () => {
    const outcomes = async (scenario?: string, mobile?: string) =>
      (await data(await walked(scenario, mobile))).checks.map(({ rule, outcome }) => `${rule} ${outcome}`);
    assert.deepEqual(await outcomes(), [
      'name match',
      'address match',
      'pan_holder match',
      'state match',
      'incorporation_year match',
      'name match',
      'incorporation_date match',
      'incorporation_year match',
      'name match',
      'date_order match',
      'standing unknown',
      'address match',
      'name match',
      'address match',
      'incorporation_date match',
      'date_order match',
    ]);
    assert.ok((await outcomes('name_mismatch')).includes('name differs'));
    assert.ok((await outcomes('pan_mismatch')).includes('pan_holder differs'));
    const three = await outcomes(undefined, people.ravi);
    assert.equal(three.filter((each) => each === 'pan match').length, 2);
    assert.deepEqual(await outcomes('tampered'), [], 'what is not genuine is compared with nothing');
  });

  it('and against the business that was expected', async () => {
    const expected = async (entity: Record<string, string>) => {
      const payload = ownBody({ expected_entity: entity });
      const created = await api().send({ method: 'POST', url: '/v1/sessions', payload });
      const { id } = created.json<{ id: string }>();
      await walk(gateway, id);
      await gateway.deps.background.idle();
      return (await data(id)).checks.filter(({ rule }) => rule === 'expected_entity').map(({ outcome }) => outcome);
    };
    assert.deepEqual(await expected({ pan: 'ZZZCZ9999Z' }), ['match']);
    assert.deepEqual(await expected({ cin: 'U99999ZZ2014PTC999901' }), ['match']);
    assert.deepEqual(await expected({ udyam: 'UDYAM-ZZ-00-0000001' }), ['match']);
  });

  it('nothing is left after erasure, and nothing is there before consent', async () => {
    const id = await walked();
    const open = await data(await api().newSession());
    assert.deepEqual([open.company, open.gst_registrations, open.not_read], [null, [], []]);
    gateway.clock.nowMs += 3_600_000;
    const gone = await data(id);
    assert.deepEqual([gone.gst_registrations, gone.udyam, gone.company?.master_data], [[], null, null]);
    assert.deepEqual(
      gone.not_read.map(({ reason }) => reason),
      ['gone', 'gone', 'gone'],
    );
  });
});
