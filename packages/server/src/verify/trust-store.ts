import { type Certificate, isSelfSigned } from './certificate.ts';
import { certificateReader, type ReadCertificate } from './certificate-reader.ts';
import { refusePublicKeys } from './public-keys.ts';
import { type RevocationList, readRevocationList } from './revocation-list.ts';
import { type SignerRule, type TrustMaterial, trustDigest } from './trust-material.ts';

/** Trust material, read and sorted. */
export interface TrustStore {
  name: string;
  sha256: string;
  /** Pinned: a chain must end at one of them. */
  roots: readonly Certificate[];
  /** Authorities between a root and its signers; a file that brings its own needs none. */
  authorities: readonly Certificate[];
  lists: readonly RevocationList[];
  signers: readonly SignerRule[];
  /** For the certificates that documents bring. */
  readCertificate: ReadCertificate;
}

/** Throws a plain sentence on what cannot be read, and on a key that everybody has in the store for live sessions. */
export function openTrustStore(material: TrustMaterial): TrustStore {
  refusePublicKeys(material);
  const readCertificate = certificateReader();
  const certificates = material.certificates.map(readCertificate);
  const authorities = certificates.filter(({ x509 }) => x509.ca);
  return {
    name: material.store,
    sha256: trustDigest(material),
    roots: authorities.filter(isSelfSigned),
    authorities: authorities.filter((one) => !isSelfSigned(one)),
    lists: material.crls.map(readRevocationList),
    signers: material.signers,
    readCertificate,
  };
}

/** Whether a rule of the store names this signer, for this kind of document where that is known. */
export function isListed(store: TrustStore, signer: Certificate, document: string | undefined): boolean {
  return store.signers.some((rule) => {
    const { organization, common_name: commonName, sha256, documents } = rule;
    if (organization === undefined && commonName === undefined && sha256 === undefined) return false;
    if (organization !== undefined && organization !== signer.organization) return false;
    if (commonName !== undefined && commonName !== signer.commonName) return false;
    if (sha256 !== undefined && sha256.toLowerCase() !== signer.sha256) return false;
    return documents === undefined || document === undefined || documents.includes(document);
  });
}
