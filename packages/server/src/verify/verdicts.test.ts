/** The verdict on every specimen, and on specimens that others than the test PKI have signed. */
import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { trustFolder } from '@tijori/simulator';
import {
  catalogueOf,
  type Document,
  draft,
  type Entity,
  loadPeople,
  type Rendition,
  render,
  type SealFault,
  type SpecimenSigner,
  sealPdf,
  sealXml,
} from '@tijori/simulator/specimens';
import { freshPki, type Holder, issue, list } from '../testing/fresh-pki.ts';
import { type JudgeOptions, judge, strictPolicy } from './judge.ts';
import { readTrustFolder } from './trust-folder.ts';
import type { SignerRule, TrustMaterial } from './trust-material.ts';
import { openTrustStore, type TrustStore } from './trust-store.ts';

const both: readonly Rendition[] = ['application/xml', 'application/pdf'];
const nowMs = Date.parse('2026-11-26T00:00:00Z');
const options: JudgeOptions = { judgedAtMs: nowMs, policy: strictPolicy };
const testStore = openTrustStore(readTrustFolder(trustFolder, 'test'));

interface Held {
  entity: Entity;
  document: Document;
}

const everything: Held[] = loadPeople().all.flatMap(({ entities }) =>
  entities.flatMap((entity) => entity.documents.map((document) => ({ entity, document }))),
);
const gst = everything.find(({ document }) => document.doctype === 'GSTND') as Held;

async function specimen({ entity, document }: Held, mime: Rendition, fault?: SealFault): Promise<Buffer> {
  const bytes = await render(entity, document, mime, fault);
  assert.ok(bytes);
  return bytes;
}

/** The same document, signed by somebody else. */
async function signedBy(signer: SpecimenSigner, mime: Rendition, held = gst): Promise<Buffer> {
  const bytes = await draft(held.entity, held.document, mime);
  assert.ok(bytes);
  return mime === 'application/xml'
    ? Buffer.from(sealXml(bytes.toString('utf8'), signer, undefined))
    : sealPdf(bytes, signer, undefined);
}

function asSigner(signer: Holder, issuer: Holder): SpecimenSigner {
  return { key: signer.key, certificate: signer.certificate, issuingCa: issuer.certificate };
}

const anySigner: readonly SignerRule[] = [{ organization: 'TEST - not a government authority' }];

function storeOf(certificates: readonly Holder[], more: Partial<TrustMaterial> = {}): TrustStore {
  return openTrustStore({
    store: 'of this test',
    certificates: certificates.map(({ certificate }) => certificate.raw),
    crls: [],
    signers: anySigner,
    ...more,
  });
}

function verdictOf(bytes: Buffer, store: TrustStore = testStore, change: Partial<JudgeOptions> = {}) {
  return judge(bytes, store, { ...options, ...change }).verdict;
}

function wordsOf(bytes: Buffer, store?: TrustStore, change?: Partial<JudgeOptions>): string {
  const { state, reason } = verdictOf(bytes, store, change);
  return reason ? `${state}: ${reason}` : state;
}

describe('verdict on specimens', () => {
  it('every good document of every person is genuine, as a whole, to the pinned root and by the lists', async () => {
    let count = 0;
    for (const held of everything) {
      for (const mime of catalogueOf(held.document).mimes) {
        const verdict = verdictOf(await specimen(held, mime), testStore, { document: held.document.doctype });
        assert.equal(verdict.state, 'genuine', `${held.document.uri} ${mime} ${verdict.reason}`);
        assert.equal(verdict.covered.scope, 'whole');
        assert.equal(verdict.revocation.status, 'good');
        assert.deepEqual(
          verdict.chain.map(({ subject }) => subject.split(',')[0]),
          [
            `CN=${verdict.signer?.commonName}`,
            'CN=Tijori TEST issuing CA',
            'CN=Tijori TEST root (not a government authority)',
          ],
        );
        assert.deepEqual(verdict.algorithm, { signature: 'rsa-sha256', digest: 'sha256' });
        count += 1;
      }
    }
    assert.ok(count > 40, `${count} documents`);
  });

  const faults: Record<SealFault, [xml: string, pdf: string]> = {
    tampered: ['altered: digest_mismatch', 'altered: digest_mismatch'],
    wrapped_signature: ['altered: signature_covers_part', 'altered: changed_after_signing'],
    unknown_root: ['untrusted_signer: unknown_root', 'untrusted_signer: unknown_root'],
    certificate_expired: ['expired_signer: certificate_not_valid', 'expired_signer: certificate_not_valid'],
    signer_revoked: ['revoked: certificate_revoked', 'revoked: certificate_revoked'],
    malformed_xml: ['unreadable: not_well_formed', 'genuine'],
    unsigned: ['unsigned: no_signature', 'unsigned: no_signature'],
  };
  for (const [fault, verdicts] of Object.entries(faults)) {
    it(`says of ${fault} what it is`, async () => {
      for (const [index, mime] of both.entries()) {
        assert.equal(wordsOf(await specimen(gst, mime, fault as SealFault)), verdicts[index], mime);
      }
    });
  }

  it('covers of a wrapped XML only the part that was signed, and names its paths', async () => {
    const { covered } = verdictOf(await specimen(gst, 'application/xml', 'wrapped_signature'));
    assert.equal(covered.scope, 'part');
    assert.ok(covered.paths.includes('Certificate/@Id'));
  });

  it('says when a PDF was signed; of an XML nobody knows, so the time of judging counts', async () => {
    const pdf = verdictOf(await specimen(gst, 'application/pdf'));
    assert.equal(pdf.signedAtMs, Date.parse(gst.document.issuedOn));
    assert.equal(pdf.validAtMs, pdf.signedAtMs);
    const xml = verdictOf(await specimen(gst, 'application/xml'));
    assert.deepEqual([xml.signedAtMs, xml.validAtMs], [null, nowMs]);
  });

  it('the same bytes give the same judgement, and the material with which to reach it again', async () => {
    const bytes = await specimen(gst, 'application/xml');
    const first = judge(bytes, testStore, options);
    assert.deepEqual(judge(bytes, testStore, options), first);
    const ders = (kind: string) => first.material.filter((item) => item.kind === kind).map(({ der }) => der);
    const again = openTrustStore({
      store: 'kept',
      certificates: ders('certificate'),
      crls: ders('crl'),
      signers: anySigner,
    });
    const { trust: _, ...verdict } = judge(bytes, again, options).verdict;
    const { trust: __, ...before } = first.verdict;
    assert.deepEqual(verdict, before);
  });
});

describe('whom to trust', () => {
  let pki: ReturnType<typeof freshPki>;
  before(() => {
    pki = freshPki();
  });
  const signer = () => asSigner(pki.signer, pki.issuingCa);

  it('a fresh PKI of identical names is a stranger, for each document in each rendition', async () => {
    for (const held of everything) {
      for (const mime of catalogueOf(held.document).mimes) {
        const bytes = await signedBy(signer(), mime, held);
        assert.equal(wordsOf(bytes), 'untrusted_signer: unknown_root', `${held.document.uri} ${mime}`);
      }
    }
    assert.equal(wordsOf(await signedBy(signer(), 'application/xml'), storeOf([pki.root])), 'genuine');
  });

  it('a signer that the store does not list is refused, and so is one for a document that is not his', async () => {
    for (const mime of both) {
      const bytes = await specimen(gst, mime);
      assert.equal(wordsOf(bytes, testStore, { document: 'UDCER' }), 'untrusted_signer: signer_not_listed');
      const nobody = openTrustStore({ ...readTrustFolder(trustFolder, 'test'), signers: [] });
      assert.equal(wordsOf(bytes, nobody), 'untrusted_signer: signer_not_listed');
      assert.equal(verdictOf(bytes, nobody).chain.length, 3, 'the chain is told all the same');
    }
  });

  it('a store without a root trusts nobody', async () => {
    assert.equal(wordsOf(await specimen(gst, 'application/xml'), storeOf([])), 'untrusted_signer: no_trust_store');
  });

  it('the store for live sessions takes no key that everybody has', () => {
    assert.throws(() => openTrustStore(readTrustFolder(trustFolder, 'live')), /private key is public/);
  });

  it('an authority that may not issue, a signer that may not sign, and what nobody understands, end the chain', async () => {
    const verdictWith = async (issuer: Holder, leaf: Holder) =>
      wordsOf(await signedBy(asSigner(leaf, issuer), 'application/pdf'), storeOf([pki.root]));
    const make = (change: Partial<Parameters<typeof issue>[0]>) =>
      issue({ commonName: 'GSTN specimen signer (TEST)', issuer: pki.issuingCa, ...change });
    assert.equal(await verdictWith(pki.issuingCa, make({})), 'genuine');
    const noCa = issue({ commonName: 'No authority', issuer: pki.root, usage: 0b0000_0110 });
    assert.equal(await verdictWith(noCa, make({ issuer: noCa })), 'untrusted_signer: unknown_root');
    const below = issue({ commonName: 'Below', issuer: pki.issuingCa, ca: true });
    const deep = make({ issuer: below });
    const deepStore = storeOf([pki.root, pki.issuingCa]);
    const deepFile = await signedBy(asSigner(deep, below), 'application/pdf');
    assert.equal(
      wordsOf(deepFile, deepStore),
      'untrusted_signer: unknown_root',
      'the issuing CA may have none below it',
    );
    assert.equal(
      await verdictWith(pki.issuingCa, make({ usage: 0b0010_0000 })),
      'untrusted_signer: not_for_signing',
      'key encipherment',
    );
    assert.equal(
      await verdictWith(pki.issuingCa, make({ criticalOid: '1.3.6.1.4.1.55555.1' })),
      'untrusted_signer: unknown_root',
    );
    assert.equal(await verdictWith(pki.issuingCa, make({ bits: 1024 })), 'untrusted_signer: weak_algorithm');
    assert.equal(await verdictWith(pki.issuingCa, make({ hash: 'sha1' })), 'untrusted_signer: weak_algorithm');
  });

  it('an authority that the file does not bring can stand in the store', async () => {
    const alone = { ...signer(), issuingCa: pki.signer.certificate };
    const bytes = await signedBy(alone, 'application/pdf');
    assert.equal(wordsOf(bytes, storeOf([pki.root])), 'untrusted_signer: unknown_root');
    assert.equal(wordsOf(bytes, storeOf([pki.root, pki.issuingCa])), 'genuine');
  });

  it('validity counts at the time of signing, which a PDF tells', async () => {
    const shortLived = issue({
      commonName: 'GSTN specimen signer (TEST)',
      issuer: pki.issuingCa,

      from: '2017-06-01',
      to: '2017-08-01',
    });
    const by = asSigner(shortLived, pki.issuingCa);
    assert.equal(
      wordsOf(await signedBy(by, 'application/pdf'), storeOf([pki.root])),
      'genuine',
      'signed on 2017-07-01',
    );
    const xml = await signedBy(by, 'application/xml');
    assert.equal(wordsOf(xml, storeOf([pki.root])), 'expired_signer: certificate_not_valid');
    assert.equal(wordsOf(xml, storeOf([pki.root]), { judgedAtMs: Date.parse('2017-07-05') }), 'genuine');
  });

  it('revocation: by a list of the issuer and no other; unknown without one, and refused only if demanded', async () => {
    const bytes = await signedBy(signer(), 'application/pdf');
    const [good, rootList] = [list(pki.issuingCa), list(pki.root)];
    const stranger = freshPki();
    const foreign = list(stranger.issuingCa, { serials: [4113] });
    const revoked = list(pki.issuingCa, { serials: [4113] });
    const withLists = (...crls: Buffer[]) => storeOf([pki.root], { crls });
    const statusWith = (...crls: Buffer[]) => verdictOf(bytes, withLists(...crls)).revocation.status;
    assert.equal(statusWith(good, rootList), 'good');
    assert.equal(statusWith(good), 'unknown', 'the issuing CA itself has no list');
    assert.equal(statusWith(), 'unknown');
    assert.equal(statusWith(foreign, rootList), 'unknown', 'same issuer name, another key');
    assert.equal(wordsOf(bytes, withLists(revoked)), 'revoked: certificate_revoked');
    const stale = list(pki.issuingCa, { from: '2020-01-01', to: '2020-02-01' });
    assert.equal(statusWith(stale, rootList), 'unknown', 'the next list was due long ago');
    const demanding = { policy: { ...strictPolicy, requireRevocation: true } };
    assert.equal(wordsOf(bytes, withLists(good), demanding), 'untrusted_signer: revocation_unknown');
    assert.equal(wordsOf(bytes, withLists(good, rootList), demanding), 'genuine');
  });

  it('a revocation after signing counts, since the time is the signer’s own word, unless the key stayed his', async () => {
    const bytes = await signedBy(signer(), 'application/pdf');
    const withList = async (reason: number | undefined, at = '2020-01-01') =>
      wordsOf(
        bytes,
        storeOf([pki.root], {
          crls: [list(pki.issuingCa, { serials: [4113], at, ...(reason === undefined ? {} : { reason }) })],
        }),
      );
    assert.equal(await withList(undefined), 'revoked: certificate_revoked');
    assert.equal(await withList(1), 'revoked: certificate_revoked', 'key compromised');
    assert.equal(await withList(4), 'genuine', 'superseded later');
    assert.equal(await withList(4, '2017-01-01'), 'revoked: certificate_revoked', 'superseded before it signed');
  });
});
