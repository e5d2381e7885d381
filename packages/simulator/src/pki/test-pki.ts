import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Who signs: one signer per issuing department. */
export type Issuer = 'mca' | 'gstn' | 'msme';

/** `stranger`: the same names under another root of the same name. */
export type Standing = 'trusted' | 'expired' | 'revoked' | 'stranger';

export interface SpecimenSigner {
  key: KeyObject;
  certificate: X509Certificate;
  issuingCa: X509Certificate;
}

/** Everything under here is public knowledge and proves nothing: see README.md. */
export const pkiFolder = join(import.meta.dirname, 'certificates');

/** Read whole and parsed once, when the first document is signed: that is when this module is loaded. */
export const testPki: Readonly<Record<Standing, Readonly<Record<Issuer, SpecimenSigner>>>> = {
  trusted: signers('trusted', ''),
  expired: signers('trusted', '-expired'),
  revoked: signers('trusted', '-revoked'),
  stranger: signers('stranger', ''),
};

function signers(folder: string, suffix: string): Record<Issuer, SpecimenSigner> {
  const issuingCa = new X509Certificate(pem(folder, 'issuing-ca.crt'));
  const signer = (issuer: Issuer) => ({
    key: createPrivateKey(pem(folder, `${issuer}${suffix}.key`)),
    certificate: new X509Certificate(pem(folder, `${issuer}${suffix}.crt`)),
    issuingCa,
  });
  return { mca: signer('mca'), gstn: signer('gstn'), msme: signer('msme') };
}

function pem(folder: string, name: string): string {
  return readFileSync(join(pkiFolder, folder, `${name}.pem`), 'utf8');
}
