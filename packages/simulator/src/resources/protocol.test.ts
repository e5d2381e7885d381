import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  authorizeUrl,
  browserOf,
  documentsOf,
  getResource,
  obtainCode,
  otpOf,
  redeem,
  signIn,
  startMs,
  type TestSimulator,
  testClient,
  testSimulator,
} from '../test-simulator.ts';
import { bodyHmac } from './download.ts';
import { uploadBytesMax } from './upload.ts';

async function withSimulator(
  work: (simulator: TestSimulator) => Promise<void>,
  options: Parameters<typeof testSimulator>[0] = {},
): Promise<void> {
  const simulator = await testSimulator(options);
  try {
    await work(simulator);
  } finally {
    await simulator.close();
  }
}

const tokenOf = async ({ app }: TestSimulator, mobile: string, change = {}) =>
  (await redeem(app, await obtainCode(app, mobile, change))).body.access_token;

describe('what the locker asks before the consent', () => {
  test('acr asks for an identifier that the entity is not verified by', () =>
    withSimulator(async ({ app }) => {
      const browser = browserOf(app);
      const asked = await signIn(browser, '5550000001', { acr: 'udyam' });
      assert.match(asked.body, /Give the Udyam number of the entity/);
      assert.match(
        (await browser.post('identifier', { identifier: 'UDYAM-ZZ-00-0000002' })).body,
        /not the identifier/,
      );
      assert.match((await browser.post('identifier', { identifier: 'udyam-zz-00-0000001' })).body, /Share documents/);
      assert.match((await signIn(browserOf(app), '5550000001', { acr: 'cin udyam' })).body, /Share documents/);
      assert.match((await signIn(browserOf(app), '5550000001', { acr: 'aadhaar' })).body, /Share documents/);
      const without = browserOf(app);
      assert.equal((await signIn(without, '5550000004', { acr: 'cin' })).status, 403);
      assert.match((await without.post('deny', {})).location ?? '', /error=access_denied.*not\+verified/);
    }));

  test('a person with a PIN is asked for it, but not with pla=Y', () =>
    withSimulator(async ({ app }) => {
      const browser = browserOf(app);
      const page = await signIn(browser, '5550000007');
      assert.match(page.body, /data-testid="pin">246810</);
      assert.match((await browser.post('pin', { pin: '000000' })).body, /not the security PIN/);
      assert.match((await browser.post('pin', { pin: '246810' })).body, /Share documents/);
      assert.match((await signIn(browserOf(app), '5550000007', { pla: 'Y' })).body, /Share documents/);
    }));

  test('the person may shorten the consent, and only shorten it', () =>
    withSimulator(async ({ app }) => {
      const endS = startMs / 1000 + 7200;
      const browser = browserOf(app);
      const page = await signIn(browser, '5550000001', { consent_valid_till: String(endS) });
      assert.deepEqual(
        [...page.body.matchAll(/<option value="(\d*)">(?:As long|1|7|30)/g)].map((m) => m[1]),
        ['', '3600'],
      );
      const document = documentsOf(page);
      const longer = await browser.post('consent', { decision: 'allow', document, valid_for: '86400' });
      assert.equal(longer.status, 400);
      const back = await browser.post('consent', { decision: 'allow', document, valid_for: '3600' });
      const { body } = await redeem(app, new URL(back.location ?? '').searchParams.get('code') ?? '');
      assert.equal(body.consent_valid_till, startMs / 1000 + 3600);
    }));

  test('a director who signs up needs no approval, and the link page can be left', () =>
    withSimulator(async ({ app }) => {
      const browser = browserOf(app);
      await browser.open(authorizeUrl({ dl_flow: 'signup' }));
      await browser.post('sign-up', { identifier: 'ZZZTZ1010Z' });
      assert.match((await browser.post('other-way', {})).body, /Sign in with a mobile/);
      await browser.post('other-way', {});
      await browser.post('sign-up', { kind: 'trust', identifier: 'ZZZTZ1010Z' });
      const otp = await browser.post('link', { role: 'director', mobile: '5550000010' });
      assert.match((await browser.post('otp', { otp: otpOf(otp) })).body, /Share documents/);
    }));
});

describe('published variants', () => {
  const first = async (simulator: TestSimulator, mobile: string) => {
    const token = await tokenOf(simulator, mobile);
    const { items } = (await getResource(simulator.app, '/2/entity/files/issued', token)).json();
    return [items[1].date, items[1].mime];
  };

  test('are chosen by option, and a persona file may have its own', async () => {
    await withSimulator(async (simulator) => {
      assert.deepEqual(await first(simulator, '5550000001'), ['01-07-2017', ['application/xml', 'application/pdf']]);
      const own = ['2017-07-01T00:00:00+05:30', 'application/xml,application/pdf'];
      assert.deepEqual(await first(simulator, '5550000019'), own);
    });
    await withSimulator(
      async (simulator) => {
        const asked = ['2017-07-01T00:00:00+05:30', 'application/xml,application/pdf'];
        assert.deepEqual(await first(simulator, '5550000001'), asked);
      },
      { variants: { date: 'iso', mime: 'string' } },
    );
  });
});

describe('an issuer that does not answer, over the socket', () => {
  const xml = '/1/entity/xml/in.org.gstn-GSTND-27ZZZCZ9999Z1ZJ';
  const pdf = '/1/entity/file/in.gov.mca-CPMTD-U99999ZZ2014PTC999901';

  for (const [profile, down, off] of [
    ['2021', 500, 503],
    ['v2', 530, 530],
  ] as const) {
    test(`is a ${down}, or ${off} when it is switched off, in the profile ${profile}: each time, or twice where it comes up again`, () =>
      withSimulator(
        async (simulator) => {
          const { origin } = await simulator.listen(0);
          const askAs = async (scenario: string, paths: string[]) => {
            const token = await tokenOf(simulator, '5550000001', { x_simulator_scenario: scenario });
            const headers = { authorization: `Bearer ${String(token)}` };
            const seen: unknown[] = [];
            for (const path of paths) {
              const answer = await fetch(`${origin}/public/oauth2${path}`, { headers });
              const text = await answer.text();
              seen.push([answer.status, answer.ok ? answer.headers.get('content-type') : JSON.parse(text)]);
            }
            return seen;
          };
          const error = 'repository_service_unresponsive';
          const unresponsive = [down, { error, error_description: 'the issuer does not answer' }];
          const [aPdf, anXml] = ['application/pdf', 'application/xml'].map((type) => [200, type]);
          const always = Array.from({ length: 4 }, () => unresponsive);
          assert.deepEqual(await askAs('issuer_down', [pdf, xml, pdf, xml]), always);
          const inactive = [
            off,
            { error: 'repository_service_inactive', error_description: 'the issuer is switched off' },
          ];
          const upAgain = [inactive, inactive, aPdf, anXml, aPdf];
          assert.deepEqual(await askAs('issuer_down_then_up', [pdf, xml, pdf, xml, pdf]), upAgain);
        },
        { profile },
      ));
  }
});

describe('uploads', () => {
  test('are listed with their folders', () =>
    withSimulator(async (simulator) => {
      const token = await tokenOf(simulator, '5550000007', { pla: 'Y' });
      const { directory, items } = (await getResource(simulator.app, '/1/entity/files', token)).json();
      assert.equal(directory, '/');
      const seen = items.map((item: Record<string, string>) => [item.name, item.type, item.size, item.mime]);
      assert.deepEqual(seen, [
        ['Board papers', 'dir', '', ''],
        ['letterhead.png', 'file', '10240', 'image/png'],
      ]);
      const inside = (await getResource(simulator.app, `/1/entity/files/${items[0].id}`, token)).json();
      assert.deepEqual([inside.directory, inside.items[0].name], ['/Board papers', 'resolution.pdf']);
      assert.equal(inside.items[0].parent, items[0].id);
    }));

  const pdf = Buffer.from('%PDF-1.7\nhello\n');
  const hmac = bodyHmac(testClient.clientSecret, pdf);
  const good = { path: '/a.pdf', hmac, 'content-type': 'application/pdf' };
  const oneTooMany = Buffer.concat([pdf, Buffer.alloc(uploadBytesMax + 1 - pdf.length)]);
  const tooLong = Buffer.concat([oneTooMany, pdf]);
  const cases: [string, number, Record<string, string>, Buffer][] = [
    ['path_missing', 400, { hmac, 'content-type': 'application/pdf' }, pdf],
    ['contenttype_missing', 400, { path: '/a.pdf', hmac }, Buffer.alloc(0)],
    ['hmac_missing', 400, { path: '/a.pdf', 'content-type': 'application/pdf' }, pdf],
    ['filename_missing', 400, { ...good, path: '/folder/' }, pdf],
    ['invalid_path', 400, { ...good, path: '/../a.pdf' }, pdf],
    ['invalid_filename', 400, { ...good, path: '/a~b.pdf' }, pdf],
    ['invalid_filetype', 400, { ...good, path: '/a.exe' }, pdf],
    ['invalid_filetype', 400, { ...good, 'content-type': 'text/plain' }, pdf],
    ['file_data_missing', 400, good, Buffer.alloc(0)],
    ['invalid_filesize', 400, good, oneTooMany],
    ['invalid_filesize', 400, good, tooLong],
    ['hmac_mismatch', 400, { ...good, hmac: 'AAAA' }, pdf],
    ['mimetype_mismatch', 400, { ...good, path: '/a.png', 'content-type': 'image/png' }, pdf],
    ['insufficient_scope', 403, good, pdf],
  ];
  test('are refused, each for its documented reason', () =>
    withSimulator(async (simulator) => {
      const authorization = `Bearer ${await tokenOf(simulator, '5550000001')}`;
      for (const [error, status, headers, payload] of cases) {
        const answer = await simulator.app.inject({
          method: 'POST',
          url: '/public/oauth2/1/file/upload',
          headers: { authorization, ...headers },
          payload,
        });
        assert.deepEqual([answer.statusCode, answer.json().error], [status, error]);
      }
      const url = '/public/oauth2/1/file/upload';
      const nobody = await simulator.app.inject({ method: 'POST', url, headers: good, payload: pdf });
      assert.equal(nobody.statusCode, 401);
    }));
});
