/** XML that is made to deceive or to exhaust (acceptance D8, D9). None of it may come out as genuine. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { trustFolder } from '@tijori/simulator';
import { forgedName, loadPeople, render } from '@tijori/simulator/specimens';
import { judge, strictPolicy } from '../judge.ts';
import { readTrustFolder } from '../trust-folder.ts';
import { openTrustStore } from '../trust-store.ts';

const store = openTrustStore(readTrustFolder(trustFolder, 'test'));

async function goodXml(): Promise<string> {
  for (const { entities } of loadPeople().all) {
    for (const entity of entities) {
      const document = entity.documents.find(({ doctype }) => doctype === 'GSTND');
      const bytes = document && (await render(entity, document, 'application/xml'));
      if (bytes) return bytes.toString('utf8');
    }
  }
  return assert.fail('no specimen');
}

function judged(xml: string | Buffer): { words: string; signedXml: string | null; elapsedMs: number } {
  const bytes = Buffer.from(xml);
  const before = process.cpuUsage();
  const { verdict, signedXml } = judge(bytes, store, { judgedAtMs: Date.parse('2026-11-26'), policy: strictPolicy });
  const words = verdict.reason ? `${verdict.state}: ${verdict.reason}` : verdict.state;
  return { words, signedXml, elapsedMs: (process.cpuUsage(before).user + process.cpuUsage(before).system) / 1_000 };
}

const signaturePattern = /<Signature [\s\S]*<\/Signature>/;
const signatureIn = (xml: string) => signaturePattern.exec(xml)?.[0] ?? '';
const withoutSignature = (xml: string) => xml.replace(signaturePattern, '');
const forged = (xml: string) => xml.replace(/(<IssuedTo><\w+[^>]* name=")[^"]*/, `$1${forgedName}`);
const root = (xml: string) => xml.slice(xml.indexOf('<Certificate'));
const inRoot = (xml: string, child: string) => xml.replace(/<\/Certificate>\s*$/, `${child}</Certificate>`);

describe('wrapping', () => {
  it('the original itself is genuine: what follows fails for its change alone', async () => {
    const good = await goodXml();
    assert.equal(judged(good).words, 'genuine');
    assert.equal(judged(`\ufeff${good}`).words, 'genuine', 'a byte order mark is no content');
  });

  it('variants 1 to 8: the signed original goes into, around or beside the forged one, and its signature with it', async () => {
    const good = await goodXml();
    const [signature, bare] = [signatureIn(good), root(withoutSignature(good)).trim()];
    const byId = signature.replace('URI=""', 'URI="#signed"');
    const original = bare.replace('<Certificate ', '<Certificate Id="signed" ');
    const evil = root(forged(withoutSignature(good))).trim();
    const evilWithId = evil.replace('<Certificate ', '<Certificate Id="evil" ');
    const inObject = (content: string) => byId.replace('</Signature>', `<Object>${content}</Object></Signature>`);
    const variants: Record<string, string> = {
      'forged root, original inside the signature': inRoot(evilWithId, inObject(original)),
      'original inside the signature, which stands before': `<Certificate Id="evil">${inObject(original)}${evil}</Certificate>`,
      'forged beside the original, before': inRoot(`<Certificate>${evil}${original}</Certificate>`, byId),
      'forged around the original': inRoot(evilWithId, `${original}${byId}`),
      'original moved to an extension, signature in the forged one': inRoot(
        evil,
        `<Original>${original}</Original>${byId}`,
      ),
      'original in an object of a second signature': inRoot(evilWithId, `${inObject(original)}${signature}`),
      'original in extensions of the forged one': inRoot(evil, `<Extensions>${original}</Extensions>${byId}`),
      'object of the signature carries the original and the forged one': inRoot(evilWithId, inObject(original + evil)),
      'whole original with signature inside the forged one': inRoot(evil, root(good)),
      'forged after the original': inRoot(`<Certificate>${root(good)}${evil}</Certificate>`, ''),
    };
    for (const [name, xml] of Object.entries(variants)) {
      const { words, signedXml } = judged(xml);
      assert.notEqual(words, 'genuine', name);
      assert.match(words, /^(altered|unreadable: (unsupported_signature|not_well_formed))/, name);
      assert.equal(signedXml, null, name);
    }
  });

  it('two elements with the id that is referred to, under whatever name of the attribute', async () => {
    const good = await goodXml();
    const byId = signatureIn(good).replace('URI=""', 'URI="#signed"');
    for (const [first, second] of [
      ['Id', 'Id'],
      ['Id', 'ID'],
      ['id', 'Id'],
      ['xml:id', 'Id'],
    ]) {
      const twice = root(withoutSignature(good))
        .replace('<Certificate ', `<Certificate ${first}="signed" `)
        .replace('<IssuedTo>', `<IssuedTo ${second}="signed">`);
      assert.equal(judged(inRoot(twice, byId)).words, 'altered: reference_elsewhere', `${first} ${second}`);
    }
  });

  it('comments and instructions in the content, which canonical form drops or readers skip', async () => {
    const good = await goodXml();
    const content = '<IssuedTo>';
    for (const [piece, reason] of [
      ['<!-- x -->', 'altered: comment_or_instruction'],
      ['<?x y?>', 'altered: comment_or_instruction'],
    ]) {
      assert.equal(judged(good.replace(content, `${content}${piece}`)).words, reason);
    }
    const sheet = good.replace('<Certificate ', '<?xml-stylesheet href="evil.xsl"?><Certificate ');
    assert.equal(judged(sheet).words, 'altered: comment_or_instruction');
    assert.equal(
      judged(good.replace('<SignedInfo>', '<SignedInfo><!-- x -->')).words,
      'altered: comment_or_instruction',
    );
    assert.equal(
      judged(good.replace('<DigestValue>', '<DigestValue><!---->')).words,
      'altered: comment_or_instruction',
    );
  });

  it('two SignedInfo, two signatures, two references', async () => {
    const good = await goodXml();
    const signature = signatureIn(good);
    const [info = ''] = /<SignedInfo>[\s\S]*<\/SignedInfo>/.exec(signature) ?? [];
    const [reference = ''] = /<Reference [\s\S]*<\/Reference>/.exec(signature) ?? [];
    assert.equal(judged(good.replace(info, info + info)).words, 'altered: many_signatures');
    assert.equal(judged(good.replace(reference, reference + reference)).words, 'altered: many_signatures');
    assert.equal(judged(inRoot(good, signature)).words, 'altered: many_signatures');
    assert.equal(
      judged(
        inRoot(
          forged(good),
          signature.replace('<Signature ', '<x:Signature xmlns:x="urn:x" ').replace('</Signature>', '</x:Signature>'),
        ),
      ).words,
      'altered: misplaced_signature',
    );
  });

  it('references to nothing, elsewhere, or by an expression', async () => {
    const good = await goodXml();
    for (const uri of [
      'http://evil.example/x.xml',
      'file:///etc/passwd',
      '#nowhere',
      '#xpointer(/)',
      "#xpointer(id('x'))",
      '#',
      ' ',
      'cid:x',
      "#a' or '1'='1",
    ]) {
      assert.equal(judged(good.replace('URI=""', `URI="${uri}"`)).words, 'altered: reference_elsewhere', uri);
    }
    assert.equal(judged(good.replace(' URI=""', '')).words, 'altered: reference_elsewhere', 'none');
  });

  it('transforms that are programs, or none at all', async () => {
    const good = await goodXml();
    const enveloped = '<Transform Algorithm="http://www.w3.org/2000/09/xmldsig#enveloped-signature"/>';
    assert.ok(good.includes(enveloped));
    for (const algorithm of [
      'http://www.w3.org/TR/1999/REC-xslt-19991116',
      'http://www.w3.org/TR/1999/REC-xpath-19991116',
      'http://www.w3.org/2002/06/xmldsig-filter2',
      'http://www.w3.org/2000/09/xmldsig#base64',
      'http://www.w3.org/TR/2001/REC-xml-c14n-20010315#WithComments',
    ]) {
      const transform = `<Transform Algorithm="${algorithm}"/>`;
      assert.equal(judged(good.replace(enveloped, enveloped + transform)).words, 'altered: transform_not_allowed');
      assert.equal(judged(good.replace(enveloped, transform)).words, 'altered: transform_not_allowed');
    }
    assert.equal(judged(good.replace(/<Transforms>.*<\/Transforms>/, '')).words, 'altered: transform_not_allowed');
  });

  it('algorithms: a shared secret, none, SHA-1 in the name of SHA-256', async () => {
    const good = await goodXml();
    const method = 'http://www.w3.org/2001/04/xmldsig-more#rsa-sha256';
    for (const [other, words] of [
      ['http://www.w3.org/2000/09/xmldsig#hmac-sha1', 'unreadable: unsupported_signature'],
      ['http://www.w3.org/2001/04/xmldsig-more#hmac-sha256', 'unreadable: unsupported_signature'],
      ['', 'unreadable: unsupported_signature'],
      ['http://www.w3.org/2000/09/xmldsig#rsa-sha1', 'altered: digest_mismatch'],
    ] as const) {
      assert.equal(judged(good.replace(method, other)).words, words, other);
    }
  });

  it('a key that the file brings proves nothing: without its certificate, with a bare key, with another', async () => {
    const good = await goodXml();
    const keyInfo = /<X509Data>[\s\S]*<\/X509Data>/;
    assert.equal(judged(good.replace(keyInfo, '')).words, 'untrusted_signer: no_certificate');
    const bare = '<KeyValue><RSAKeyValue><Modulus>AQAB</Modulus><Exponent>AQAB</Exponent></RSAKeyValue></KeyValue>';
    assert.equal(judged(good.replace(keyInfo, bare)).words, 'untrusted_signer: no_certificate');
    assert.equal(
      judged(good.replace(/<X509Certificate>[^<]*/, '<X509Certificate>AAAA')).words,
      'untrusted_signer: no_certificate',
    );
  });

  it('what is read is what was signed: the canonical form, without the signature', async () => {
    const good = await goodXml();
    const { signedXml } = judged(good);
    assert.ok(signedXml?.startsWith('<Certificate '));
    assert.doesNotMatch(signedXml ?? '', /Signature|X509/);
  });

  it('a form that a lenient reader mends: broken end tags, base64 with more in it than its bytes', async () => {
    const good = await goodXml();
    for (const [from, to] of [
      ['</X509Data>', '</X509Dat>'],
      ['</Signature>', '</Signatur></Signature>'],
      ['</Certificate>', '</Certifi@ate>'],
      ['</CertificateData>', '</Cert</CertificateData>'],
      ['</KeyInfo></Signature>', ''],
      ['</X509Certificate>', ']</X509Certificate>'],
      ['</SignatureValue>', '!</SignatureValue>'],
      ['</SignatureValue>', '=</SignatureValue>'],
    ] as const) {
      assert.ok(good.includes(from), from);
      assert.match(judged(good.replace(from, to)).words, /^unreadable: (not_well_formed|unsupported_signature)$/, to);
    }
  });

  it('any single character changed inside the root is noticed, or changes nothing that is read', async () => {
    const good = await goodXml();
    const { signedXml } = judged(good);
    const [start, end] = [good.indexOf('<Certificate '), good.indexOf('<Signature ')];
    for (let at = start; at < end; at += 17) {
      const changed = `${good.slice(0, at)}${good[at] === 'Q' ? 'R' : 'Q'}${good.slice(at + 1)}`;
      const { words, signedXml: read } = judged(changed);
      assert.ok(words !== 'genuine' || read === signedXml, `${at}: ${good.slice(at, at + 20)}`);
    }
  });
});

describe('bombs', () => {
  const many = (count: number, text: string) => text.repeat(count);
  const doctype = (inner: string) =>
    `<?xml version="1.0"?><!DOCTYPE Certificate [${inner}]><Certificate>&a;</Certificate>`;
  const bombs: Record<string, [xml: string | Buffer, words: string]> = {
    'an empty DOCTYPE': ['<!DOCTYPE Certificate><Certificate/>', 'unreadable: doctype'],
    'a DOCTYPE in lower case': ['<!doctype Certificate><Certificate/>', 'unreadable: doctype'],
    'an external entity': [doctype('<!ENTITY a SYSTEM "file:///etc/passwd">'), 'unreadable: doctype'],
    'a parameter entity': [doctype('<!ENTITY % p SYSTEM "http://127.0.0.1:1/x">%p;'), 'unreadable: doctype'],
    'a billion laughs': [
      doctype(
        `<!ENTITY a "ha">${Array.from({ length: 9 }, (_, i) => `<!ENTITY a${i} "${many(10, `&a${i - 1};`)}">`).join('')}`,
      ),
      'unreadable: doctype',
    ],
    'a quadratic blow-up': [doctype(`<!ENTITY a "${many(100_000, 'x')}">`), 'unreadable: doctype'],
    'a flood of references': [`<Certificate>${many(200_000, '&#65;')}</Certificate>`, 'unreadable: too_complex'],
    'an entity that nobody defined': ['<Certificate>&evil;</Certificate>', 'unreadable: not_well_formed'],
    'depth 100,000': [many(100_000, '<a>') + many(100_000, '</a>'), 'unreadable: too_complex'],
    'a million siblings': [`<a>${many(400_000, '<b/>')}</a>`, 'unreadable: too_complex'],
    'a huge attribute': [`<a b="${many(1_500_000, 'x')}"/>`, 'unreadable: too_complex'],
    'thousands of attributes': [
      `<a ${Array.from({ length: 5_000 }, (_, i) => `b${i}="1"`).join(' ')}/>`,
      'unreadable: too_complex',
    ],
    'three megabytes': [`<a>${many(3_000_000, 'x')}</a>`, 'unreadable: too_large'],
    'UTF-16': [Buffer.from('\ufeff<a/>', 'utf16le'), 'unreadable: encoding'],
    'UTF-16 without a mark': [Buffer.from('<a/>', 'utf16le'), 'unreadable: encoding'],
    'Latin-1 that says UTF-8': [
      Buffer.from('<?xml version="1.0" encoding="UTF-8"?><a b="\xe9"/>', 'latin1'),
      'unreadable: encoding',
    ],
    'UTF-8 that says UTF-16': ['<?xml version="1.0" encoding="UTF-16"?><a/>', 'unreadable: encoding'],
    'UTF-7': ['<?xml version="1.0" encoding="UTF-7"?><a/>', 'unreadable: encoding'],
    'a zero byte': ['<a>\0</a>', 'unreadable: encoding'],
    'a comment without end': [`<a><!-- ${many(500_000, '-')}`, 'unreadable: not_well_formed'],
    'nothing but brackets': [many(500_000, '<'), 'unreadable: not_well_formed'],
    'an end tag of another element': ['<a><b></a></b>', 'unreadable: not_well_formed'],
    'an end tag with more in it': ['<a></a b>', 'unreadable: not_well_formed'],
    'an element without end': ['<a><b/>', 'unreadable: not_well_formed'],
    'an end without element': ['<a/></b>', 'unreadable: not_well_formed'],
    'a version that is none': ['<?xml version="0.0"?><a/>', 'unreadable: not_well_formed'],
    'a second declaration': ['<a><?xml version="1.0"?></a>', 'unreadable: not_well_formed'],
    'two roots': ['<a/><b/>', 'unreadable: not_well_formed'],
    'text behind the root': ['<a/>text', 'unreadable: not_well_formed'],
    'no XML at all': ['hello', 'unreadable: unknown_format'],
    nothing: ['', 'unreadable: unknown_format'],
  };
  for (const [name, [xml, words]] of Object.entries(bombs)) {
    it(`${name} is refused at once`, () => {
      const { words: said, elapsedMs } = judged(xml);
      assert.equal(said, words);
      // Of processor time: the machine may do other things meanwhile.
      assert.ok(elapsedMs < 100, `${elapsedMs} ms`);
    });
  }
});
