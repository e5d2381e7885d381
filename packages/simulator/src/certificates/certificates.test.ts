import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { loadPeople } from '../personas/people.ts';
import { catalogueOf, render } from './catalogue.ts';
import { certificatePdf } from './pdf.ts';
import { pdfContent } from './pdf-content.ts';
import { element, escapeXml } from './xml.ts';

const asha = loadPeople().byMobile('5550000001')?.entities[0];

function documentOf(doctype: string) {
  const document = asha?.documents.find((candidate) => candidate.doctype === doctype);
  assert.ok(asha && document);
  return { entity: asha, document };
}

async function textOf(doctype: string): Promise<string> {
  const { entity, document } = documentOf(doctype);
  return (await render(entity, document, 'application/xml'))?.toString('utf8') ?? '';
}

describe('certificate XML', () => {
  test('GSTN details have the shape of the sample', async () => {
    const xml = await textOf('GSTND');
    assert.match(xml, /^<\?xml version="1\.0" encoding="UTF-8"\?>\n<!-- SPECIMEN - NOT A GOVERNMENT DOCUMENT/);
    for (const piece of [
      '<Certificate language="99" name="GSTN Details" type="GSTND" number="27ZZZCZ9999Z1ZJ" prevNumber="" issuedAt="Maharashtra" issueDate="01-07-2017" validFromDate="01-07-2017" status="">',
      '<IssuedBy><Organization name="Goods and Services Tax Network (SPECIMEN)" code="in.org.gstn" tin="" uid="" type="CG"><Address ',
      '<IssuedTo><Organization uid="" title="" name="NEELKAMAL SPECIMEN TEXTILES PRIVATE LIMITED" ',
      '<CertificateData><GSTNDetails taxpayerType="Regular" gstidentificationNumber="27ZZZCZ9999Z1ZJ" dateofRegistration="01-07-2017" lastupdatedDate="30-06-2025" tradeName="Neelkamal Weaves &amp; Yarns" legalnameofBusiness="NEELKAMAL SPECIMEN TEXTILES PRIVATE LIMITED" constitutionofBusiness="Private Limited Company" stateJurisdiction="State - Maharashtra, Ward - SPECIMEN-000"/></CertificateData><Signature ',
    ]) {
      assert.ok(xml.includes(piece), piece);
    }
  });

  test('Udyam certificates have an Enterprise and numbered children', async () => {
    const xml = await textOf('UDCER');
    for (const piece of [
      'name="Udaym Certificate" type="UDCER" number="UDYAM-ZZ-00-0000001"',
      '<IssuedTo><Enterprise name="NEELKAMAL SPECIMEN TEXTILES PRIVATE LIMITED" phone="5550000011" email="accounts@neelkamal-specimen.example"><Address flatDoorBlockNo="Unit 0" nameOfPremisesBuilding="Pretend Mill Compound" city="Mumbai" state="MAHARASHTRA" pin="400000"/></Enterprise></IssuedTo>',
      '<UdyamRegistrationCertificate udyamRegNo="UDYAM-ZZ-00-0000001" dateOfReg="15-01-2021" majorActivity="Manufacturing" dateOfIncorporation="01-07-2014" dateOfCommencement="02-10-2014" enterpreneurCategory="General">',
      '<TypeOfEnterprise><Enterprise1 type="Small"/><Enterprise2 type="Small"/><Enterprise3 type="Micro"/></TypeOfEnterprise>',
      '<NameOfUnits><Unit1 name="Neelkamal Specimen Weaving Shed"/><Unit2 name="Neelkamal Specimen Dye House"/></NameOfUnits>',
      '<NationalIndustryClassification><Classification1 nic2Digit="13 - Manufacture of textiles" ',
    ]) {
      assert.ok(xml.includes(piece), piece);
    }
  });

  test('escapes markup, quotes and what XML cannot carry', () => {
    assert.equal(escapeXml(`a&b<c>d"e'f`), 'a&amp;b&lt;c&gt;d&quot;e&apos;f');
    assert.equal(escapeXml('a\tb\nc\rd'), 'a&#9;b&#10;c&#13;d');
    assert.equal(escapeXml('a\u0000b\u0007c\uFFFEd\uD800e'), 'a\uFFFDb\uFFFDc\uFFFDd\uFFFDe');
    assert.equal(escapeXml('नमूना 🧵'), 'नमूना 🧵');
    assert.equal(element('A', { b: '"/><C/>' }).xml, '<A b="&quot;/&gt;&lt;C/&gt;"/>');
  });

  test('no value can leave its attribute', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (value) => {
        assert.match(element('A', { b: value }).xml, /^<A b="[^<>"'\p{Cc}]*"\/>$/u);
      }),
    );
  });
});

describe('certificate PDF', () => {
  test('the same document gives the same bytes, another one others', async () => {
    const { entity, document } = documentOf('CPMTD');
    const first = await render(entity, document, 'application/pdf');
    const second = await render(entity, document, 'application/pdf');
    assert.ok(first);
    assert.match(first.toString('latin1'), /^%PDF-1\.\d[\s\S]*%%EOF\s*$/);
    assert.deepEqual(second, first);
    const other = await render({ ...entity, name: 'Another Specimen' }, document, 'application/pdf');
    assert.notDeepEqual(other, first);
  });

  test('survives long text, many rows and letters that its font lacks', async () => {
    const { entity, document } = documentOf('CPMTD');
    const content = pdfContent({ ...entity, name: 'नमूना '.repeat(30) }, document);
    const rows = Array.from({ length: 120 }, (_, index) => [`Row ${index}`, 'long '.repeat(60)] as const);
    const bytes = await certificatePdf({ ...content, sections: [{ heading: 'Many', rows }] });
    const pages = bytes.toString('latin1').match(/\/Type \/Page\b/g)?.length ?? 0;
    assert.ok(pages > 3, `${pages} pages`);
  });

  test('nothing is offered that is not served', async () => {
    for (const { entities } of loadPeople().all) {
      for (const entity of entities) {
        for (const document of entity.documents) {
          for (const mime of ['application/pdf', 'application/xml'] as const) {
            const bytes = await render(entity, document, mime);
            assert.equal(bytes !== undefined, catalogueOf(document).mimes.includes(mime), document.uri);
          }
        }
      }
    }
  });
});
