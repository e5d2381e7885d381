import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { ErrorCode } from '@tijori/wire';
import { AppError } from '../../domain/app-error.ts';
import type { IssuedDocument, Upstream } from '../upstream.ts';
import { clientSecret, file, grant, hmacOf, json, type Lie, withLies } from './lying-upstream.ts';
import type { EntityLockerSettings } from './settings.ts';

const pdf = Buffer.from('%PDF-1.7\nhello\n');
const xml = Buffer.from('\uFEFF<?xml version="1.0"?>\n<Certificate number="29AAAAA0000A1Z5"/>');
const document: IssuedDocument = {
  uri: 'in.gov.msme-UDCER-UDYAM-KA-00/0000000',
  upstreamCode: 'UDCER',
  issuerId: 'in.gov.msme',
  issuer: '',
  name: '',
  description: '',
  mimes: ['application/pdf', 'application/xml'],
};
const encoded = 'in.gov.msme-UDCER-UDYAM-KA-00%2F0000000';

type Mime = Parameters<Upstream['fetchDocument']>[2];
interface Asked {
  lie: Lie;
  mime?: Mime;
  mimes?: string[];
  settings?: Partial<EntityLockerSettings>;
}

/** The document and the request lines that it took. */
const fetched = ({ lie, mime = 'application/pdf', mimes = [...document.mimes], settings = {} }: Asked) =>
  withLies(
    lie,
    async (upstream, { requests }) => {
      const result = await upstream.fetchDocument(grant, { ...document, mimes }, mime);
      return { ...result, targets: requests.map((seen) => seen.target), accept: requests.at(-1)?.headers.accept };
    },
    settings,
  );

async function failsAs(code: ErrorCode, action: Promise<unknown>): Promise<void> {
  await assert.rejects(action, (error) => {
    assert.ok(error instanceof AppError, String(error));
    assert.equal(error.code, code);
    return true;
  });
}

describe('fetching a document', () => {
  it('knows the vector of entitylocker-upstream §2.6', async () => {
    const hmac = '9SMrL1GXj+1qthaKZwCtiiCo8ytJoe7zRytosxteaBk=';
    assert.equal(hmacOf(pdf, clientSecret), hmac);
    const result = await fetched({ lie: file(pdf, 'application/pdf', { hmac }) });
    assert.ok(result.bytes.equals(pdf));
    assert.equal(result.contentType, 'application/pdf');
  });

  it('asks PDF from file and XML from xml, the URI as one segment', async () => {
    const asPdf = await fetched({ lie: file(pdf, 'Application/PDF; x=y') });
    assert.deepEqual([asPdf.targets, asPdf.accept], [[`/oauth2/1/entity/file/${encoded}`], 'application/pdf']);
    const asXml = await fetched({ lie: file(xml, 'text/xml;charset=utf-8'), mime: 'application/xml' });
    assert.deepEqual([asXml.targets, asXml.accept], [[`/oauth2/1/entity/xml/${encoded}`], 'application/xml']);
    assert.equal(asXml.contentType, 'application/xml');
    assert.ok(asXml.bytes.equals(xml));
  });

  it('falls back to PDF where only PDF is offered, and says so', async () => {
    const result = await fetched({
      lie: file(pdf, 'application/pdf'),
      mime: 'application/xml',
      mimes: ['application/pdf'],
    });
    assert.deepEqual([result.contentType, result.targets], ['application/pdf', [`/oauth2/1/entity/file/${encoded}`]]);
  });

  it('asks for what is wanted where the list offers nothing', async () => {
    const result = await fetched({ lie: file(xml, 'application/xml'), mime: 'application/xml', mimes: [] });
    assert.equal(result.contentType, 'application/xml');
  });

  const byPath = `/oauth2/1/entity/file/${encoded}`;
  const byQuery = `/oauth2/1/entity/file/uri?uri=${encoded}`;
  const onlyQuery =
    (status: number): Lie =>
    (response, seen) =>
      seen.target === byQuery
        ? file(pdf, 'application/pdf')(response, seen)
        : json({ error: 'invalid_uri' }, status)(response, seen);

  it('tries the query where the path is not known', async () => {
    for (const status of [404, 400])
      assert.deepEqual((await fetched({ lie: onlyQuery(status) })).targets, [byPath, byQuery]);
  });

  it('tries nothing else after another refusal, or where one form is configured', async () => {
    for (const status of [401, 403, 500]) {
      await withLies(onlyQuery(status), async (upstream, { requests }) => {
        await assert.rejects(upstream.fetchDocument(grant, document, 'application/pdf'), AppError);
        assert.deepEqual([...new Set(requests.map(({ target }) => target))], [byPath]);
      });
    }
    await failsAs('upstream_refused', fetched({ lie: onlyQuery(404), settings: { uriPlacement: 'path' } }));
    assert.deepEqual((await fetched({ lie: onlyQuery(404), settings: { uriPlacement: 'query' } })).targets, [byQuery]);
  });

  it('keeps both forms within one deadline', async () => {
    const slow: Lie = (response, seen) => {
      if (!seen.target.includes('?')) setTimeout(() => json({}, 404)(response, seen), 400);
    };
    const startedAtMs = performance.now();
    await failsAs('upstream_timeout', fetched({ lie: slow, settings: { deadlineMs: 500 } }));
    assert.ok(performance.now() - startedAtMs < 850);
  });

  const other = hmacOf(pdf, 'another secret');
  const lies: [string, Asked, ErrorCode][] = [
    ['no hmac', { lie: file(pdf, 'application/pdf', { hmac: undefined }) }, 'upstream_refused'],
    ['a blank hmac', { lie: file(pdf, 'application/pdf', { hmac: ' ' }) }, 'upstream_refused'],
    ['the hmac of another secret', { lie: file(pdf, 'application/pdf', { hmac: other }) }, 'upstream_unavailable'],
    ['the hmac of other bytes', { lie: file(pdf, 'application/pdf', { hmac: hmacOf(xml) }) }, 'upstream_unavailable'],
    [
      'an hmac in hex',
      { lie: file(pdf, 'application/pdf', { hmac: Buffer.from(hmacOf(pdf), 'base64').toString('hex') }) },
      'upstream_unavailable',
    ],
    ['half an hmac', { lie: file(pdf, 'application/pdf', { hmac: hmacOf(pdf).slice(0, 22) }) }, 'upstream_unavailable'],
    [
      'an hmac and more',
      { lie: file(pdf, 'application/pdf', { hmac: `${hmacOf(pdf)}, ${other}` }) },
      'upstream_unavailable',
    ],
    ['XML for PDF', { lie: file(xml, 'application/xml') }, 'upstream_refused'],
    ['an image', { lie: file(pdf, 'image/png') }, 'upstream_refused'],
    ['XML under the type of PDF', { lie: file(xml, 'application/pdf') }, 'upstream_refused'],
    ['nothing under the type of PDF', { lie: file(Buffer.alloc(0), 'application/pdf') }, 'upstream_refused'],
    ['a signed HTML page', { lie: file(Buffer.from('<html/>'), 'text/html') }, 'upstream_unavailable'],
    ['PDF for XML', { lie: file(pdf, 'application/pdf'), mime: 'application/xml' }, 'upstream_refused'],
    [
      'HTML under the type of XML',
      { lie: file(Buffer.from('\n<!DOCTYPE HTML><p>'), 'application/xml'), mime: 'application/xml' },
      'upstream_refused',
    ],
    [
      'text under the type of XML',
      { lie: file(Buffer.from('Invalid response from issuer'), 'application/xml'), mime: 'application/xml' },
      'upstream_refused',
    ],
  ];
  for (const [what, asked, code] of lies) it(`fails as ${code} on ${what}`, () => failsAs(code, fetched(asked)));

  it('notices any changed byte', async () => {
    for (let at = 0; at < pdf.length; at += 1) {
      const altered = Buffer.from(pdf);
      altered.writeUInt8(altered.readUInt8(at) ^ 1, at);
      await failsAs('upstream_unavailable', fetched({ lie: file(altered, 'application/pdf', { hmac: hmacOf(pdf) }) }));
    }
  });

  it('takes a document of exactly the cap and refuses one byte more', async () => {
    const lie = file(pdf, 'application/pdf');
    assert.ok(await fetched({ lie, settings: { documentBytesMax: pdf.length } }));
    await failsAs('upstream_refused', fetched({ lie, settings: { documentBytesMax: pdf.length - 1 } }));
  });
});

describe('the issued list', () => {
  const item = (number: number) => ({ uri: `in.gov.gstn-GSTND-${number}`, doctype: 'GSTND', mime: 'application/xml' });
  const issued = (body: unknown, settings = {}) =>
    withLies(json(body), (upstream) => upstream.issuedDocuments(grant), settings);

  it('is asked where entitylocker-upstream §2.1 has it, and keeps what can be used', () =>
    withLies(json({ items: [item(1), { uri: '' }, null, item(2)], resource: 'D' }), async (upstream, { requests }) => {
      assert.deepEqual(
        (await upstream.issuedDocuments(grant)).map((one) => one.uri),
        [item(1).uri, item(2).uri],
      );
      assert.equal(requests[0]?.target, '/oauth2/2/entity/files/issued');
    }));

  it('of an empty locker is empty', async () => {
    for (const items of [[], null, '']) assert.deepEqual(await issued({ items }), []);
  });

  it('without a list is no answer', async () => {
    for (const body of [{}, { items: {} }, { items: 'none' }]) await failsAs('upstream_unavailable', issued(body));
  });

  it('is cut at its cap', async () => {
    const items = Array.from({ length: 300 }, (_, number) => item(number));
    assert.equal((await issued({ items })).length, 200);
    assert.equal((await issued({ items }, { issuedItemsMax: 3 })).length, 3);
  });
});

describe('person and entity', () => {
  const user = (body: unknown) => withLies(json(body), (upstream) => upstream.user(grant));
  const entity = (body: unknown) => withLies(json(body), (upstream) => upstream.entity(grant));

  it('are read as entitylocker-upstream §2.2 and §2.3 have them', async () => {
    const person = {
      digilockerid: 'id-1',
      name: 'Asha Specimen',
      dob: '01021990',
      gender: 'F',
      mobile: '9000000000',
      eaadhaar: 'Y',
    };
    assert.deepEqual(await user(person), {
      id: 'id-1',
      name: 'Asha Specimen',
      dateOfBirth: '01021990',
      gender: 'F',
      mobile: '9000000000',
      eaadhaar: true,
    });
    const company = {
      entitylockerid: 'e-1',
      name: 'SPECIMEN LTD',
      doi: '01-02-2020',
      email: 'a@b.example',
      mobile: '9000000000',
      verified_by: 'CIN',
    };
    assert.deepEqual(await entity(company), {
      id: 'e-1',
      name: 'SPECIMEN LTD',
      dateOfIncorporation: '01-02-2020',
      email: 'a@b.example',
      mobile: '9000000000',
      verifiedBy: 'cin',
    });
  });

  it('are read in their other spellings and types', async () => {
    assert.deepEqual(await user({ digilocker_id: 'id-1', eaadhar: 'n', mobile: 9000000000 }), {
      id: 'id-1',
      eaadhaar: false,
      mobile: '9000000000',
    });
  });

  it('may say nothing at all', async () => {
    for (const body of [{}, { name: '', mobile: null, eaadhaar: '?', verified_by: {}, digilockerid: ' ' }]) {
      assert.deepEqual([await user(body), await entity(body)], [{}, {}]);
    }
  });

  it('have no control characters and no endless text', async () => {
    const result = await user({ name: `A\r\n\u001b[31mB${'x'.repeat(5000)}` });
    assert.match(result.name ?? '', /^A \[31mBx+$/);
    assert.equal(result.name?.length, 1000);
  });
});
