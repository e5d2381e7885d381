import { Signer, SignPdf } from '@signpdf/signpdf';
import type { SpecimenSigner } from '../pki/test-pki.ts';
import { detachedCms } from './cms.ts';
import { forgeInPlace, shadowContent } from './forge-pdf.ts';
import type { SealFault } from './seal-faults.ts';

/** `pdf` has an empty signature field, unless the fault is that it is unsigned. */
export async function sealPdf(pdf: Buffer, signer: SpecimenSigner, fault: SealFault | undefined): Promise<Buffer> {
  switch (fault) {
    case 'unsigned':
      return pdf;
    case 'tampered':
      return forgeInPlace(await signPdf(pdf, signer));
    case 'wrapped_signature':
      return shadowContent(await signPdf(pdf, signer));
    default:
      return signPdf(pdf, signer);
  }
}

function signPdf(pdf: Buffer, signer: SpecimenSigner): Promise<Buffer> {
  return new SignPdf().sign(pdf, new CmsSigner(signer), signedAtOf(pdf));
}

/** @signpdf asks for an heir of its class. Its P12Signer is not used: it parses the key at each call, and takes 45 ms. */
class CmsSigner extends Signer {
  readonly #signer: SpecimenSigner;

  constructor(signer: SpecimenSigner) {
    super();
    this.#signer = signer;
  }

  override async sign(content: Buffer, signedAt: Date): Promise<Buffer> {
    return detachedCms(content, this.#signer, signedAt);
  }
}

/** The CMS and the signature field give one time, and the field had it first. */
function signedAtOf(pdf: Buffer): Date {
  const [, year, month, day] = /\/M \(D:(\d{4})(\d{2})(\d{2})000000Z\)/.exec(pdf.toString('latin1')) ?? [];
  const signedAt = new Date(`${year}-${month}-${day}T00:00:00Z`);
  if (Number.isNaN(signedAt.getTime())) throw new Error('the document has no signature field');
  return signedAt;
}
