import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { gstinCheckCharacter, gstinFault, isCin } from '../personas/identifiers.ts';
import { loadPeople } from '../personas/people.ts';
import {
  authorizeUrl,
  type Browser,
  browserOf,
  documentsOf,
  getResource,
  otpOf,
  type Page,
  redeem,
  type TestSimulator,
  testSimulator,
} from '../test-simulator.ts';
import { listScenarios } from './published.ts';

const cinOfTheFirst = 'U99999ZZ2014PTC999901';
const gstinOfTheFirst = '27ZZZCZ9999Z1ZJ';
const reserved = listScenarios().flatMap(({ name, mobile, cin, gstin }) =>
  mobile === undefined || cin === undefined || gstin === undefined ? [] : [{ name, mobile, cin, gstin }],
);
/** Their token call gets no answer at all, which `inject` would wait for. */
const silent = ['timeout', 'connection_reset'];

test('every scenario with a number has a CIN and a GSTIN, right by pattern and check character, and nobody has them', () => {
  assert.equal(reserved.length, listScenarios().filter(({ actor }) => actor !== 'caller').length);
  const people = loadPeople();
  for (const { name, mobile, cin, gstin } of reserved) {
    assert.ok(isCin(cin), name);
    assert.match(cin, /^U99999ZZ2000PTC9100\d\d$/);
    assert.equal(gstinFault(gstin), undefined, name);
    assert.match(gstin, /^27ZZZCZ80\d\dZ1Z[0-9A-Z]$/);
    for (const identifier of [cin, gstin]) assert.equal(people.byIdentifier(identifier), undefined);
    assert.equal(people.byMobile(mobile), undefined);
  }
  const all = reserved.flatMap(({ mobile, cin, gstin }) => [mobile, cin, gstin]);
  assert.equal(new Set(all).size, all.length);
});

describe('typed at sign-up', () => {
  let simulator: TestSimulator;
  before(async () => {
    simulator = await testSimulator({ pace: { slowMs: 1 } });
  });
  after(() => simulator.close());

  const signUp = async (identifier: string, change: Record<string, string> = {}, kind = '') => {
    const browser = browserOf(simulator.app);
    await browser.open(authorizeUrl({ dl_flow: 'signup', ...change }));
    return { browser, page: await browser.post('sign-up', { identifier, kind }) };
  };

  /** From the link page to the end, as a person goes who tries each password once more and presses Allow. */
  const walk = async (browser: Browser, first: Page): Promise<Page> => {
    let page = first;
    if (page.status === 200) page = await browser.post('link', { role: 'director', mobile: '5550000001' });
    for (let tries = 0; tries < 3 && otpOf(page) !== ''; tries += 1) {
      page = await browser.post('otp', { otp: otpOf(page) });
    }
    if (page.status !== 200) return browser.post('deny', {});
    return browser.post('consent', { decision: 'allow', document: documentsOf(page) });
  };

  /** All that the client can tell of it: the way back, the token answer, the list, and each download twice. */
  const outcomeOf = async (identifier: string, change: Record<string, string> = {}) => {
    const { browser, page } = await signUp(identifier, change);
    const back = new URL((await walk(browser, page)).location ?? 'http://none.invalid');
    const code = back.searchParams.get('code');
    const refusal = back.searchParams.get('error_description');
    const isSilent = silent.some((name) => page.body.includes(`<option value="${name}" selected`));
    if (code === null || isSilent) return { host: back.host, refusal, isSilent };
    const { status, body } = await redeem(simulator.app, code);
    const got: (string | number)[] = [];
    for (const path of ['/2/entity/files/issued', ...documents, ...documents]) {
      const answer = await getResource(simulator.app, path, body.access_token);
      got.push(answer.statusCode, answer.body);
    }
    return { refusal, isSilent, status, error: body.error, newAccount: body.new_account, life: body.expires_in, got };
  };
  const documents = [
    `file/in.gov.mca-CPMTD-${cinOfTheFirst}`,
    `xml/in.org.gstn-GSTND-${gstinOfTheFirst}`,
    `xml/in.gov.msme-UDCER-UDYAM-ZZ-00-0000001zz5550000011`,
  ].map((path) => `/1/entity/${path}`);

  // Where it ends at this very page, there is no outcome to compare; the test after these has it.
  for (const { name, cin, gstin } of reserved.filter((row) => row.name !== 'abandon_login')) {
    test(`the CIN and the GSTIN of ${name} come to what its parameter does`, async () => {
      const expected = await outcomeOf(cinOfTheFirst, { x_simulator_scenario: name });
      assert.equal(expected.isSilent, silent.includes(name));
      assert.deepEqual(await outcomeOf(cin), expected);
      assert.deepEqual(await outcomeOf(gstin), expected);
      // What was chosen before gives way to what was typed.
      assert.deepEqual(await outcomeOf(gstin, { x_simulator_scenario: 'certificate_expired' }), expected);
      if (name !== 'consent_all' && name !== 'signup' && !silent.includes(name)) {
        const differs = name !== 'slow' && name !== 'wrong_otp_then_right';
        assert.equal(JSON.stringify(expected) !== JSON.stringify(await outcomeOf(cinOfTheFirst)), differs);
      }
    });
  }

  test('the CIN and the GSTIN of abandon_login leave the person at the sign-up page', async () => {
    for (const { name, cin, gstin } of reserved) {
      for (const identifier of name === 'abandon_login' ? [cin, gstin] : []) {
        const { browser } = await signUp(identifier);
        const again = await browser.post('sign-up', { identifier: cinOfTheFirst });
        assert.deepEqual([again.status, again.location], [409, undefined]);
      }
    }
  });

  test('the test bar names the scenario, and the page the entity that it is played with', async () => {
    for (const { name, cin, gstin } of reserved) {
      for (const identifier of [cin, ` ${gstin.slice(0, 2)} ${gstin.slice(2).toLowerCase()} `]) {
        const { page } = await signUp(identifier);
        if (name === 'no_account') assert.match(page.body, /<h1>No account/);
        else if (name === 'abandon_login') assert.match(page.body, /Open an account/);
        else assert.match(page.body, /Found: <strong>Neelkamal Specimen Textiles/, name);
        assert.match(page.body, new RegExp(`<option value="${name}" selected`), name);
      }
    }
  });

  test('an entity is found by each of its own numbers, its GSTINs too, and plays nothing', async () => {
    for (const entity of loadPeople().all.flatMap(({ entities }) => entities)) {
      for (const document of entity.documents) {
        if (document.doctype !== 'GSTND') continue;
        const { page } = await signUp(document.gstin, {}, entity.kind);
        assert.match(page.body, new RegExp(`Found: <strong>${entity.name.split(' ')[0]} `));
        assert.match(page.body, /no outcome chosen/);
      }
    }
  });

  test('any other number is not found, whatever it is, and the form says what it takes', async () => {
    const { name, mobile, gstin } = reserved[0] ?? assert.fail();
    assert.equal(name, 'consent_all');
    const unknown = [
      'U99999ZZ2000PTC910099',
      `27ZZZCZ8099Z1Z${gstinCheckCharacter('27ZZZCZ8099Z1Z')}`,
      gstin.slice(2, 12),
      `${gstin.slice(0, 14)}0`,
      'ZZZCZ7000Z',
      'UDYAM-ZZ-00-0009999',
      mobile,
      '',
    ];
    for (const identifier of unknown) {
      const { page } = await signUp(identifier);
      assert.match(page.body, /No entity here has this CIN, GSTIN, PAN or Udyam number/, identifier);
      assert.match(page.body, /no outcome chosen/, identifier);
    }
    const { page } = await signUp('');
    assert.match(page.body, /<label for="identifier">CIN, GSTIN, PAN or Udyam number</);
  });

  test('one of another kind than was chosen is refused and plays nothing', async () => {
    const { cin } = reserved.find(({ name }) => name === 'deny') ?? assert.fail();
    const { page } = await signUp(cin, {}, 'trust');
    assert.match(page.body, /is of another kind/);
    assert.match(page.body, /no outcome chosen/);
  });
});
