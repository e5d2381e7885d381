import assert from 'node:assert/strict';
import { createHash, X509Certificate } from 'node:crypto';
import { describe, test } from 'node:test';
import { DOMParser } from '@xmldom/xmldom';
import { SignedXml } from 'xml-crypto';
import { loadPeople } from '../personas/people.ts';
import { catalogueOf } from './catalogue.ts';
import { sealDocument } from './seal.ts';
import { faultFor, sealFaults } from './seal-faults.ts';
import { forgedName } from './seal-xml.ts';
import { openSpecimens } from './specimens.ts';
import { holding, pinned, signedParts, specimen } from './test-specimens.ts';

const root = pinned('trusted/root.crt.pem');
const gst = holding('GSTND');
const holderName = gst.entity.name.toUpperCase();

/** A verifier without programs: chain to the pinned root, then the signature, and only then what was signed. */
function verify(xml: string): { trusted: boolean; valid: boolean; signed: string } {
  const [signature = '', ...more] = xml.match(/<Signature [\s\S]*<\/Signature>/g) ?? [];
  assert.deepEqual(more, []);
  const chain = [...signature.matchAll(/<X509Certificate>([^<]+)/g)].map((match) => certificateOf(match[1] ?? ''));
  const [signer, ca, ...rest] = chain;
  assert.ok(signer && ca && rest.length === 0, 'signer and issuing CA');
  const trusted = signer.verify(ca.publicKey) && ca.verify(root.publicKey);
  const check = new SignedXml({ publicCert: signer.toString() });
  check.loadSignature(signature);
  let valid = false;
  try {
    valid = check.checkSignature(xml);
  } catch (error) {
    // xml-crypto throws for what does not fit its digest, and answers false for a wrong signature value.
    assert.match(String(error), /invalid signature/i);
  }
  return { trusted, valid, signed: check.getSignedReferences()[0] ?? '' };
}

function certificateOf(base64: string): X509Certificate {
  return new X509Certificate(Buffer.from(base64, 'base64'));
}

/** What a reader takes that looks for the holder from the top of the document and knows no signatures. */
function naiveHolder(xml: string): string | null | undefined {
  const document = new DOMParser().parseFromString(xml, 'text/xml');
  const holder = document.getElementsByTagName('IssuedTo')[0];
  return holder?.getElementsByTagName('Organization')[0]?.getAttribute('name');
}

async function gstXml(fault?: keyof typeof sealFaults): Promise<string> {
  return (await specimen(gst, 'application/xml', fault)).toString('utf8');
}

describe('signed XML', () => {
  test('is signed as a whole, by the last child of its root, and is otherwise what it was', async () => {
    const [signed, bare] = [await gstXml(), await gstXml('unsigned')];
    assert.equal(signed.replace(/<Signature [\s\S]*<\/Signature>/, ''), bare);
    assert.match(
      signed,
      /<\/CertificateData><Signature xmlns="http:\/\/www\.w3\.org\/2000\/09\/xmldsig#">[\s\S]*<\/Signature><\/Certificate>\n$/,
    );
    assert.match(signed, /<Reference URI="">/);
    assert.match(signed, /<X509SubjectName>CN=GSTN specimen signer \(TEST\),O=TEST - not a government authority,C=IN</);
    assert.deepEqual(signed.match(/(?<=Algorithm=")[^"]+/g), [
      'http://www.w3.org/TR/2001/REC-xml-c14n-20010315',
      'http://www.w3.org/2001/04/xmldsig-more#rsa-sha256',
      'http://www.w3.org/2000/09/xmldsig#enveloped-signature',
      'http://www.w3.org/TR/2001/REC-xml-c14n-20010315',
      'http://www.w3.org/2001/04/xmlenc#sha256',
    ]);
  });

  test('verifies for every document of every person, and what is signed is what is read', async () => {
    let count = 0;
    for (const entity of loadPeople().all.flatMap(({ entities }) => entities)) {
      for (const document of entity.documents) {
        if (!catalogueOf(document).mimes.includes('application/xml')) continue;
        const xml = (await specimen({ entity, document }, 'application/xml')).toString('utf8');
        const { signed, ...verdict } = verify(xml);
        assert.deepEqual(verdict, { trusted: true, valid: true }, document.uri);
        assert.ok(signed.startsWith('<Certificate '), document.uri);
        count += 1;
      }
    }
    assert.ok(count > 2, `${count} documents`);
  });

  test('the same person gives the same bytes, another one others', async () => {
    assert.equal(await gstXml(), await gstXml());
    const other = { ...gst, entity: { ...gst.entity, email: 'other@specimen.example' } };
    const signatureOf = (xml: string) => /<SignatureValue>([^<]+)/.exec(xml)?.[1];
    const otherXml = (await specimen(other, 'application/xml')).toString('utf8');
    assert.notEqual(signatureOf(otherXml), signatureOf(await gstXml()));
  });

  test('tampered: the signature is real, the name is not the one that was signed', async () => {
    const xml = await gstXml('tampered');
    assert.deepEqual(verify(xml), { trusted: true, valid: false, signed: '' });
    assert.equal(naiveHolder(xml), forgedName);
    assert.deepEqual(verify(xml.replace(forgedName, holderName)).valid, true, 'nothing else was changed');
  });

  test('wrapped: the signature is valid, and does not cover what a naive reader reads', async () => {
    const xml = await gstXml('wrapped_signature');
    const { signed, ...verdict } = verify(xml);
    assert.deepEqual(verdict, { trusted: true, valid: true });
    assert.equal(naiveHolder(xml), forgedName);
    assert.ok(!signed.includes(forgedName));
    assert.equal(naiveHolder(signed), holderName);
  });

  test('unknown root: valid by itself, names of the trusted chain, keys of another', async () => {
    const xml = await gstXml('unknown_root');
    const { trusted, valid } = verify(xml);
    assert.deepEqual({ trusted, valid }, { trusted: false, valid: true });
    const good = await gstXml();
    const subject = /<X509SubjectName>[^<]+/;
    assert.equal(subject.exec(xml)?.[0], subject.exec(good)?.[0]);
  });

  test('malformed: no parser reads it; unsigned: there is nothing to verify', async () => {
    const cut = await gstXml('malformed_xml');
    const strict = new DOMParser({
      errorHandler: (level: string, text: string) => {
        if (level !== 'warning') throw new Error(text);
      },
    });
    assert.throws(() => strict.parseFromString(cut, 'text/xml'));
    const bare = await gstXml('unsigned');
    assert.equal(naiveHolder(bare), holderName);
    assert.doesNotMatch(bare, /Signature|X509/);
  });
});

describe('signed PDF', () => {
  test('its byte range is the whole file without the signature itself', async () => {
    for (const doctype of ['CPMTD', 'GSTND', 'UDCER'] as const) {
      const pdf = await specimen(holding(doctype), 'application/pdf');
      const { byteRange, signed, cms } = signedParts(pdf);
      const [from, length = 0, from2 = 0, length2 = 0] = byteRange;
      assert.equal(from, 0, doctype);
      assert.equal(from2 + length2, pdf.length, doctype);
      assert.match(pdf.subarray(length, from2).toString('latin1'), /^<[0-9a-f]{8192}>$/, doctype);
      assert.equal(signed.length + 8194, pdf.length, doctype);
      assert.ok(cms.length > 2000, doctype);
    }
  });

  test('has one signature field, known to the form as well as to the first page', async () => {
    const text = (await specimen(gst, 'application/pdf')).toString('latin1');
    const field = /\/Fields \[(\d+ 0 R)\]\n\/NeedAppearances false[\s\S]*?\/SigFlags 3\n/.exec(text)?.[1];
    assert.ok(field);
    assert.ok(text.includes(`/Annots [${field}]`));
    assert.match(
      text,
      new RegExp(`\\n${field.replace('R', 'obj')}\\n<<\\n/Type /Annot\\n/Subtype /Widget\\n/FT /Sig\\n`),
    );
  });

  test('says on each page that it is a specimen, also when its content is forged', async () => {
    const many = Array.from({ length: 60 }, (_, index) => ({
      din: `0000000${index}`,
      name: 'Specimen',
      appointedOn: '2020-01-01',
    }));
    const { entity, document } = holding('CPMTD');
    const long = { entity, document: { ...document, directors: many } as typeof document };
    // As PDFKit writes it, up to the first kerning: "SPECIMEN — NO".
    const marks = /53504543494d454e2097204e4f/g;
    for (const fault of [undefined, 'tampered', 'wrapped_signature', 'unsigned'] as const) {
      const text = (await specimen(long, 'application/pdf', fault)).toString('latin1');
      const contents = [...text.matchAll(/stream\n([\s\S]*?)\nendstream/g)]
        .map((match) => match[1] ?? '')
        .filter((stream) => stream.includes(' TJ'));
      assert.ok(contents.length > 1, `${fault}`);
      for (const content of contents)
        assert.equal(content.match(marks)?.length, 2, `${fault}: at the top and at the foot`);
    }
  });

  test('tampered: as long as before, and other only in the name', async () => {
    const [good, forged] = [await specimen(gst, 'application/pdf'), await specimen(gst, 'application/pdf', 'tampered')];
    assert.equal(forged.length, good.length);
    const changed = good.reduce((count, byte, index) => (byte === forged[index] ? count : count + 1), 0);
    assert.ok(changed > 0 && changed <= 2 * holderName.length, `${changed} bytes`);
  });

  test('wrapped: all that was signed is there, and something after it', async () => {
    const [good, wrapped] = [
      await specimen(gst, 'application/pdf'),
      await specimen(gst, 'application/pdf', 'wrapped_signature'),
    ];
    assert.ok(wrapped.subarray(0, good.length).equals(good));
    assert.match(
      wrapped.subarray(good.length).toString('latin1'),
      /^\n\d+ 0 obj\n[\s\S]+\/Prev \d+\n>>\nstartxref\n\d+\n%%EOF\n$/,
    );
  });

  test('a document older than the PKI is signed when the PKI can, one without letters is forged all the same', async () => {
    const old = { ...gst, document: { ...gst.document, issuedOn: '1956-04-01' } };
    assert.match((await specimen(old, 'application/pdf')).toString('latin1'), /\/M \(D:20020102000000Z\)/);
    const nameless = { ...gst, entity: { ...gst.entity, name: 'XX 7' } };
    const [good, forged] = [
      await specimen(nameless, 'application/pdf'),
      await specimen(nameless, 'application/pdf', 'tampered'),
    ];
    assert.ok(!good.equals(forged));
  });
});

describe('sameness', () => {
  test('neither the day nor anything else but the content decides the bytes, with every fault', async (t) => {
    t.mock.timers.enable({ apis: ['Date'], now: Date.parse('2027-01-01') });
    for (const fault of [undefined, ...(Object.keys(sealFaults) as (keyof typeof sealFaults)[])]) {
      for (const mime of ['application/xml', 'application/pdf'] as const) {
        const first = await specimen(gst, mime, fault);
        t.mock.timers.setTime(Date.now() + 86_400_000);
        assert.ok(first.equals(await specimen(gst, mime, fault)), `${mime} ${fault}`);
      }
    }
  });

  test('on every machine: these bytes change only with the keys', async () => {
    const xml = Buffer.from('<Certificate><IssuedTo><Organization name="x"/></IssuedTo></Certificate>');
    const sealed = await sealDocument(xml, { mime: 'application/xml', issuer: 'mca' });
    assert.equal(
      createHash('sha256').update(sealed).digest('hex'),
      '0b37718fc3157e8abe7b0e5addb4ddbbf257621ec7a5191fe21102850a1af1a0',
    );
  });
});

describe('faults', () => {
  test('each says what it means in one line, and leaves alone what it does not spoil', async () => {
    for (const [name, { meaning }] of Object.entries(sealFaults)) assert.match(meaning, /^[A-Z].+\.$/, name);
    assert.equal(faultFor('malformed_xml', 'application/pdf'), undefined);
    assert.equal(faultFor('malformed_xml', 'application/xml'), 'malformed_xml');
    const pdf = await specimen(gst, 'application/pdf', 'malformed_xml');
    assert.ok(pdf.equals(await specimen(gst, 'application/pdf')));
  });
});

describe('specimens', () => {
  test('are made once, told apart by content and fault, and forgotten in order of use', async () => {
    const made: string[] = [];
    const specimens = openSpecimens(2, async (entity, _document, mime, fault) => {
      made.push([entity.name, mime, fault].join(' '));
      return Buffer.from(made.at(-1) ?? '');
    });
    const get = (name: string, fault?: 'tampered') =>
      specimens.get({ ...gst.entity, name }, gst.document, 'application/pdf', fault);
    assert.equal(await get('A'), await get('A'));
    await get('A', 'tampered');
    await get('A');
    await get('B');
    await get('A');
    assert.deepEqual(made, ['A application/pdf ', 'A application/pdf tampered', 'B application/pdf ']);
    await get('A', 'tampered');
    assert.equal(made.length, 4);
  });

  test('a failure is not remembered', async () => {
    let fails = true;
    const specimens = openSpecimens(2, async () => {
      if (fails) throw new Error('no');
      return Buffer.from('yes');
    });
    const get = () => specimens.get(gst.entity, gst.document, 'application/pdf');
    await assert.rejects(get(), /no/);
    fails = false;
    assert.equal((await get())?.toString(), 'yes');
  });
});
