/** Specimens before programs that are not ours. What each says of each fault stands here word by word. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import { needs } from '../../../../scripts/needs.ts';
import { loadPeople } from '../personas/people.ts';
import type { Document, Entity } from '../personas/persona.ts';
import { catalogueOf, type Rendition } from './catalogue.ts';
import type { SealFault } from './seal-faults.ts';
import { holding, pkiFile, signedParts, specimen } from './test-specimens.ts';

interface Verdict {
  status: number | null;
  said: string;
}

function ask(program: string, ...args: string[]): Promise<Verdict> {
  // pdfsig tells times in the zone of the machine.
  const env = { ...process.env, TZ: 'UTC' };
  return new Promise((resolve) => {
    const child = execFile(program, args, { env }, (_error, stdout, stderr) => {
      resolve({ status: child.exitCode, said: stdout + stderr });
    });
  });
}

/** A folder that is removed after the test, and a writer of files in it. */
function fileMaker(t: TestContext): (bytes: Buffer | string) => string {
  const folder = mkdtempSync(join(tmpdir(), 'judges-'));
  t.after(() => rmSync(folder, { recursive: true }));
  let count = 0;
  return (bytes) => {
    count += 1;
    const path = join(folder, `${count}.specimen`);
    writeFileSync(path, bytes);
    return path;
  };
}

function everyDocument(mime: Rendition): { entity: Entity; document: Document }[] {
  const all = loadPeople()
    .all.flatMap(({ entities }) => entities)
    .flatMap((entity) => entity.documents.map((document) => ({ entity, document })))
    .filter(({ document }) => catalogueOf(document).mimes.includes(mime));
  assert.ok(all.length > 2);
  return all;
}

const gst = holding('GSTND');
/** Everything that canonical XML, PDF text or an attribute could stumble over. */
const odd = { ...gst, entity: { ...gst.entity, name: `A & B "c" <d> 'e'\t</Certificate>\r\n( \\ ) नमूना 🧵 %holder` } };
const trustRoot = ['--trusted-pem', pkiFile('trusted/root.crt.pem')];

describe('xmlsec1', () => {
  test('accepts every good XML under the test root, and none without it', async (t) => {
    const xmlsec1 = needs(t, 'xmlsec1');
    if (!xmlsec1) return;
    const file = fileMaker(t);
    for (const held of [...everyDocument('application/xml'), odd]) {
      const path = file(await specimen(held, 'application/xml'));
      const { status, said } = await ask(xmlsec1, '--verify', ...trustRoot, path);
      assert.equal(status, 0, `${held.document.uri}: ${said}`);
      assert.match(said, /^OK\nSignedInfo References \(ok\/all\): 1\/1$/m);
      assert.match((await ask(xmlsec1, '--verify', path)).said, /unable to get local issuer certificate/);
    }
  });

  const refusals: [SealFault, RegExp][] = [
    ['tampered', /subj=unknown:error=12:invalid data:data and digest do not match[\s\S]*\(ok\/all\): 0\/1/],
    ['wrapped_signature', /expr=xpointer\(id\('signed'\)\)/],
    ['unknown_root', /error=71:certificate verification failed.*CN=Tijori TEST issuing CA;.*err=20;/],
    ['certificate_expired', /error=76:certificate has expired:subject=.*CN=GSTN specimen signer \(TEST\);.*err=10;/],
    ['malformed_xml', /parser error : .*[\s\S]*failed to parse xml file/],
    ['unsigned', /failed to find default node with name="Signature"/],
  ];
  for (const [fault, reason] of refusals) {
    test(`refuses ${fault} for that very reason`, async (t) => {
      const xmlsec1 = needs(t, 'xmlsec1');
      if (!xmlsec1) return;
      const { status, said } = await ask(
        xmlsec1,
        '--verify',
        ...trustRoot,
        fileMaker(t)(await specimen(gst, 'application/xml', fault)),
      );
      assert.notEqual(status, 0, said);
      assert.match(said, reason);
    });
  }

  test('accepts a wrapped signature once told that Id is an identifier: the trap', async (t) => {
    const xmlsec1 = needs(t, 'xmlsec1');
    if (!xmlsec1) return;
    const path = fileMaker(t)(await specimen(gst, 'application/xml', 'wrapped_signature'));
    const { status, said } = await ask(
      xmlsec1,
      '--verify',
      ...trustRoot,
      '--id-attr:Id',
      'Certificate',
      '--store-references',
      '--print-debug',
      path,
    );
    assert.equal(status, 0, said);
    // The bytes that it digested: the original, and none of the element that stands in its place.
    const [, digested = ''] =
      /== PreDigest data - start buffer:\n([\s\S]*?)\n== PreDigest data - end buffer/.exec(said) ?? [];
    assert.match(digested, /^<Certificate Id="signed"[\s\S]*NEELKAMAL SPECIMEN TEXTILES/);
    assert.doesNotMatch(digested, /FORGED/);
  });

  test('refuses the revoked signer once it has the list, and the good one not', async (t) => {
    const xmlsec1 = needs(t, 'xmlsec1');
    if (!xmlsec1) return;
    const file = fileMaker(t);
    const list = readFileSync(pkiFile('trusted/issuing-ca.crl.pem'), 'utf8').replace(/-----.*-----|\s/g, '');
    // Version 1.2 takes a list only from the document itself (KeyInfo is not signed), and its issuer only as trusted.
    const listed = async (fault?: SealFault) => {
      const xml = (await specimen(gst, 'application/xml', fault)).toString('utf8');
      const path = file(xml.replace('</X509Data>', `<X509CRL>${list}</X509CRL></X509Data>`));
      return ask(xmlsec1, '--verify', ...trustRoot, '--trusted-pem', pkiFile('trusted/issuing-ca.crt.pem'), path);
    };
    assert.equal((await listed()).status, 0);
    const { status, said } = await listed('signer_revoked');
    assert.notEqual(status, 0, said);
    assert.match(said, /error=73:certificate is revoked/);
  });
});

describe('pdfsig', () => {
  const trusting = ['-nssdir', pkiFile('nss')];
  const departments = { CPMTD: 'MCA', GSTND: 'GSTN', UDCER: 'MSME' };

  test('finds every good PDF valid, trusted and signed as a whole', async (t) => {
    const pdfsig = needs(t, 'pdfsig');
    if (!pdfsig) return;
    const file = fileMaker(t);
    for (const held of [...everyDocument('application/pdf'), odd]) {
      const { said } = await ask(pdfsig, ...trusting, file(await specimen(held, 'application/pdf')));
      assert.match(
        said,
        /Signature Validation: Signature is Valid\.\n {2}- Certificate Validation: Certificate is Trusted\./,
        held.document.uri,
      );
      assert.match(said, /- Total document signed/, held.document.uri);
      assert.match(said, new RegExp(`Common Name: ${departments[held.document.doctype]} specimen signer`));
      assert.match(said, /Signing Hash Algorithm: SHA-256\n {2}- Signature Type: adbe\.pkcs7\.detached/);
      assert.doesNotMatch(said, /Signature #2/);
    }
    const { said } = await ask(pdfsig, ...trusting, file(await specimen(gst, 'application/pdf')));
    assert.match(said, /Signing Time: Jul 01 2017 00:00:00/);
  });

  const verdicts: [SealFault, RegExp][] = [
    ['tampered', /- Total document signed\n {2}- Signature Validation: Digest Mismatch\./],
    ['wrapped_signature', /- Not total document signed\n {2}- Signature Validation: Signature is Valid\./],
    ['unknown_root', /Signature is Valid\.\n {2}- Certificate Validation: Certificate issuer is unknown\./],
    ['certificate_expired', /Signature is Valid\.\n {2}- Certificate Validation: Certificate has Expired/],
    ['signer_revoked', /Signature is Valid\.\n {2}- Certificate Validation: Certificate has been Revoked\./],
    ['malformed_xml', /Signature is Valid\.\n {2}- Certificate Validation: Certificate is Trusted\./],
    ['unsigned', /does not contain any signatures/],
  ];
  for (const [fault, verdict] of verdicts) {
    test(`says of ${fault} what it is`, async (t) => {
      const pdfsig = needs(t, 'pdfsig');
      if (!pdfsig) return;
      const { said } = await ask(pdfsig, ...trusting, fileMaker(t)(await specimen(gst, 'application/pdf', fault)));
      assert.match(said, verdict);
    });
  }
});

describe('PDF readers', () => {
  test('qpdf finds nothing to complain about, whatever is wrong with the signature', async (t) => {
    const qpdf = needs(t, 'qpdf');
    if (!qpdf) return;
    const file = fileMaker(t);
    for (const fault of [undefined, 'tampered', 'wrapped_signature', 'unsigned'] as const) {
      for (const doctype of ['CPMTD', 'GSTND', 'UDCER'] as const) {
        const { status, said } = await ask(
          qpdf,
          '--check',
          file(await specimen(holding(doctype), 'application/pdf', fault)),
        );
        assert.equal(status, 0, `${doctype} ${fault}: ${said}`);
        assert.match(said, /No syntax or stream encoding errors found/);
      }
    }
  });

  test('pdftotext shows the forged name, and beside it all that was not forged', async (t) => {
    const pdftotext = needs(t, 'pdftotext');
    if (!pdftotext) return;
    const file = fileMaker(t);
    const shown = async (fault?: SealFault) =>
      (await ask(pdftotext, file(await specimen(gst, 'application/pdf', fault)), '-')).said;
    const good = await shown();
    assert.match(good, /NEELKAMAL SPECIMEN TEXTILES PRIVATE LIMITED/);
    assert.match(good, /SPECIMEN — NOT A GOVERNMENT DOCUMENT/);
    const forged = good.replace(
      /NEELKAMAL SPECIMEN TEXTILES PRIVATE LIMITED/,
      'XXXXXXXXX XXXXXXXX XXZXXXXX XXXXXXX XXXXXXX',
    );
    assert.equal(await shown('tampered'), forged);
    assert.equal(await shown('wrapped_signature'), forged);
  });
});

describe('openssl', () => {
  const certificate = (name: string) => pkiFile(`trusted/${name}.crt.pem`);
  const chain = ['-CAfile', certificate('root'), '-untrusted', certificate('issuing-ca')];
  const listed = ['-crl_check', '-CRLfile', pkiFile('trusted/issuing-ca.crl.pem')];
  const at = (day: string) => ['-attime', String(Date.parse(day) / 1000)];

  test('accepts each signer strictly, with the list, today and at both ends of its time', async (t) => {
    const openssl = needs(t, 'openssl');
    if (!openssl) return;
    for (const name of ['mca', 'gstn', 'msme']) {
      for (const when of [[], at('2002-01-02'), at('2099-12-31')]) {
        const { status, said } = await ask(
          openssl,
          'verify',
          '-x509_strict',
          ...when,
          ...chain,
          ...listed,
          certificate(name),
        );
        assert.equal(status, 0, said);
      }
    }
    // Both lists together, so that the root's is proved as well.
    const lists = [...listed, '-CRLfile', pkiFile('trusted/root.crl.pem'), '-crl_check_all'];
    assert.equal((await ask(openssl, 'verify', ...chain, ...lists, certificate('gstn'))).status, 0);
  });

  test('refuses the expired, the revoked and the stranger, each for its reason', async (t) => {
    const openssl = needs(t, 'openssl');
    if (!openssl) return;
    for (const name of ['mca', 'gstn', 'msme']) {
      const verify = (...args: string[]): Promise<Verdict> => ask(openssl, 'verify', ...chain, ...args);
      for (const when of [[], at('2002-01-02')]) {
        assert.match(
          (await verify(...when, certificate(`${name}-expired`))).said,
          /error 10 at 0 depth.*certificate has expired/,
        );
        assert.match(
          (await verify(...when, ...listed, certificate(`${name}-revoked`))).said,
          /error 23 at 0 depth.*certificate revoked/,
        );
      }
      assert.equal((await verify(...at('2001-06-01'), certificate(`${name}-expired`))).status, 0);
      assert.equal((await verify(certificate(`${name}-revoked`))).status, 0);
      const stranger = pkiFile(`stranger/${name}.crt.pem`);
      assert.match((await verify(stranger)).said, /error 20 at 0 depth.*unable to get local issuer certificate/);
      const itself = [
        '-CAfile',
        pkiFile('stranger/root.crt.pem'),
        '-untrusted',
        pkiFile('stranger/issuing-ca.crt.pem'),
      ];
      assert.equal((await ask(openssl, 'verify', ...itself, stranger)).status, 0);
    }
  });

  test('accepts the CMS of a PDF over the bytes of its byte range', async (t) => {
    const openssl = needs(t, 'openssl');
    if (!openssl) return;
    const file = fileMaker(t);
    const verify = async (fault?: SealFault): Promise<Verdict> => {
      const { signed, cms } = signedParts(await specimen(gst, 'application/pdf', fault));
      const files = ['-in', file(cms), '-content', file(signed), '-out', file('')];
      return ask(openssl, 'cms', '-verify', '-binary', '-inform', 'DER', '-CAfile', certificate('root'), ...files);
    };
    assert.match((await verify()).said, /CMS Verification successful/);
    assert.match((await verify('tampered')).said, /verification failure/);
    assert.match((await verify('unknown_root')).said, /unable to get local issuer certificate/);
  });
});
