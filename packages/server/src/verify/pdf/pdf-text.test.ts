import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { deflateSync } from 'node:zlib';
import {
  type Document,
  draft,
  type Entity,
  loadPeople,
  type SpecimenSigner,
  sealPdf,
} from '@tijori/simulator/specimens';
import type { CompanyMasterData } from '../../domain/document-data.ts';
import { freshPki } from '../../testing/fresh-pki.ts';
import { mutations } from '../../testing/mutations.ts';
import { readDocument } from '../data/read-document.ts';
import { judge, strictPolicy } from '../judge.ts';
import type { TrustMaterial } from '../trust-material.ts';
import { openTrustStore } from '../trust-store.ts';
import { openVerifier, type Verifier } from '../verifier.ts';

const order = { judgedAtMs: Date.parse('2026-11-26') };

/** Every company's master details of the simulator's people. */
const companies = loadPeople().all.flatMap(({ entities }) =>
  entities.flatMap((entity) =>
    entity.documents.flatMap((document) => (document.doctype === 'CPMTD' ? [{ entity, document }] : [])),
  ),
);
const [usual = assert.fail()] = companies;

describe('the text of a PDF', () => {
  let signer: SpecimenSigner;
  let material: TrustMaterial;
  let unsigned: Buffer;
  before(async () => {
    const pki = freshPki();
    signer = { key: pki.signer.key, certificate: pki.signer.certificate, issuingCa: pki.issuingCa.certificate };
    material = {
      store: 'test',
      certificates: [pki.root.certificate.raw],
      crls: [],
      signers: [{ organization: 'TEST - not a government authority' }],
    };
    unsigned = await draftOf(usual);
  });

  const draftOf = async ({ entity, document }: { entity: Entity; document: Document }) =>
    (await draft(entity, document, 'application/pdf')) ?? assert.fail();
  /** As a listed signer would sign it, however broken it is. */
  const signed = (pdf: Buffer) => sealPdf(pdf, signer, undefined);
  const read = async (pdf: Buffer) =>
    readDocument(judge(pdf, openTrustStore(material), { ...order, policy: strictPolicy }));
  const companyIn = async (pdf: Buffer): Promise<CompanyMasterData> => {
    const data = (await read(pdf))?.data;
    return data?.kind === 'company' ? data : assert.fail('no company');
  };
  const deaths: string[] = [];
  let verifier: Verifier;
  before(() => {
    const stores = { test: { current: () => ({ digest: 'test', material }) } };
    verifier = openVerifier({ stores, policy: strictPolicy, onDeath: (failure) => deaths.push(failure) });
  });
  after(() => verifier.close());
  const readBy = (pdf: Buffer) => verifier.read(pdf, { ...order, store: 'test' });
  /** Other drawing in the place of the first page's. */
  const drawing = (content: Buffer, filter: string) => {
    const text = unsigned.toString('latin1');
    const at = text.indexOf('%holder');
    const dictionary = text.lastIndexOf(' obj\n', text.lastIndexOf('stream\n', at)) + 5;
    const head = `${text.slice(0, dictionary)}<<\n/Length ${content.length}\n/Filter ${filter}\n>>\nstream\n`;
    const rest = `\n${text.slice(text.indexOf('endstream', at))}`;
    return signed(Buffer.concat([Buffer.from(head, 'latin1'), content, Buffer.from(rest, 'latin1')]));
  };

  it('says of every company what its register says', async () => {
    assert.ok(companies.length >= 8);
    for (const one of companies) {
      const { entity, document } = one;
      const data = await companyIn(await signed(await draftOf(one)));
      assert.deepEqual(
        [data.cin, data.name, data.registrar, data.category, data.subCategory, data.companyClass],
        [
          document.cin,
          entity.name.toUpperCase(),
          document.registrarOfCompanies,
          document.category,
          document.subCategory,
          document.companyClass,
        ],
      );
      assert.deepEqual(
        [data.incorporatedOn, data.lastAnnualMeetingOn, data.lastBalanceSheetOn, data.status, data.listed, data.email],
        [
          entity.dateOfIncorporation,
          document.lastAnnualMeeting,
          document.lastBalanceSheet,
          document.status,
          document.listed,
          document.email,
        ],
      );
      assert.deepEqual(
        [data.authorisedCapitalRupees, data.paidUpCapitalRupees, data.address?.text],
        [document.authorisedCapitalRupees, document.paidUpCapitalRupees, document.address],
      );
      assert.deepEqual(data.directors, document.directors, document.cin);
      assert.deepEqual(data.unread, []);
    }
  });

  it('is read from nothing that is not signed', async () => {
    const good = await signed(unsigned);
    const text = good.toString('latin1');
    assert.equal(await read(unsigned), null, 'unsigned');
    assert.equal(await read(Buffer.concat([good, Buffer.from('\n')])), null, 'something added');
    assert.equal(
      await read(Buffer.from(text.replace('/Type /Page', '/type /Page'), 'latin1')),
      null,
      'something changed',
    );
    // The one place that no signature can cover: other letters for the same digits.
    const shouted = text.replace(/<[0-9a-f]{1000,}>/, (hole) => hole.toUpperCase());
    assert.notEqual(shouted, text);
    assert.deepEqual(await read(Buffer.from(shouted, 'latin1')), await read(good));
  });

  it('of another kind of document, and of pictures, is told as such', async () => {
    const gst = usual.entity.documents.find(({ doctype }) => doctype === 'GSTND') ?? assert.fail();
    const other = await signed(await draftOf({ entity: usual.entity, document: gst }));
    assert.deepEqual(await read(other), { data: null, fault: 'unknown_kind' });
    assert.deepEqual(await read(await drawing(Buffer.from('0 0 m 9 9 l S'), '[]')), { data: null, fault: 'no_text' });
  });

  it('is the same in compressed pages', async () => {
    const text = unsigned.toString('latin1');
    const at = text.indexOf('%holder');
    const start = text.lastIndexOf('stream\n', at) + 'stream\n'.length;
    const content = Buffer.from(text.slice(start, text.indexOf('\nendstream', at)), 'latin1');
    const packed = await companyIn(await drawing(deflateSync(content), '/FlateDecode'));
    assert.deepEqual(packed, await companyIn(await signed(unsigned)));
  });

  it('packed to burst is not unpacked, in however many layers', async () => {
    const blanks = deflateSync(Buffer.alloc(40 * 1024 * 1024, ' '));
    for (const [content, filter] of [
      [blanks, '/FlateDecode'],
      [deflateSync(blanks), '[/FlateDecode /FlateDecode]'],
    ] as const) {
      assert.deepEqual(await readBy(await drawing(content, filter)), { data: null, fault: 'too_large' });
    }
    assert.deepEqual(deaths, []);
  });

  it('of broken files that somebody signed all the same harms nobody', async () => {
    let read = 0;
    for (const broken of mutations(unsigned, { count: 20, seed: 20261126 })) {
      // What has lost the place of its signature cannot be signed.
      const pdf = await signed(broken).catch(() => null);
      const reading = pdf && (await readBy(pdf));
      if (!reading) continue;
      read += 1;
      assert.ok(reading.data === null ? reading.fault : reading.data.kind === 'company');
    }
    assert.ok(read > 8, `${read}`);
    assert.deepEqual(deaths, []);
    assert.ok((await readBy(await signed(unsigned)))?.data);
  });
});
