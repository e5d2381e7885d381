import { constants, privateEncrypt } from 'node:crypto';
import forge from 'node-forge';
import type { SpecimenSigner } from '../pki/test-pki.ts';

const { oids } = forge.pki;
/** DER of `DigestInfo` up to the digest itself, for SHA-256 (RFC 8017, 9.2). */
const sha256Info = Buffer.from('3031300d060960864801650304020105000420', 'hex');

/** A detached CMS (PKCS#7) signature with the chain below the root. Same input, same bytes. */
export function detachedCms(content: Buffer, signer: SpecimenSigner, signedAt: Date): Buffer {
  const message = forge.pkcs7.createSignedData();
  message.content = forge.util.createBuffer(content.toString('latin1'));
  const [certificate, issuingCa] = [signer.certificate, signer.issuingCa].map((one) =>
    forge.pki.certificateFromPem(one.toString()),
  );
  if (!certificate || !issuingCa) throw new Error('the chain has two certificates');
  message.addCertificate(certificate);
  message.addCertificate(issuingCa);
  message.addSigner({
    key: rsaKey(signer),
    certificate,
    digestAlgorithm: oids.sha256 ?? '',
    // In the order of DER, which node-forge does not establish itself.
    authenticatedAttributes: [
      { type: oids.contentType ?? '', value: oids.data },
      // node-forge takes a Date, against its types.
      { type: oids.signingTime ?? '', value: signedAt as unknown as string },
      { type: oids.messageDigest ?? '' },
    ],
  });
  message.sign({ detached: true });
  return Buffer.from(forge.asn1.toDer(message.toAsn1()).getBytes(), 'latin1');
}

/** RSA in node:crypto: in JavaScript it takes 40 ms. node-forge only asks its key to sign a digest. */
function rsaKey({ key }: SpecimenSigner): forge.pki.rsa.PrivateKey {
  const sign = (md: forge.md.MessageDigest): string => {
    const digestInfo = Buffer.concat([sha256Info, Buffer.from(md.digest().getBytes(), 'latin1')]);
    return privateEncrypt({ key, padding: constants.RSA_PKCS1_PADDING }, digestInfo).toString('latin1');
  };
  return { sign } as unknown as forge.pki.rsa.PrivateKey;
}
