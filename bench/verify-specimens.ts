import { catalogueOf, draft, loadPeople, type SpecimenSigner, sealPdf, sealXml } from '@tijori/simulator/specimens';
import { freshPki } from '../packages/server/src/testing/fresh-pki.ts';
import type { TrustMaterial } from '../packages/server/src/verify/trust-material.ts';

/** What EntityLocker's PDFs weigh (entitylocker-upstream §3), bytes. */
const pdfBytes = 100_000;

/** A GST details XML and a PDF of 100 kB, both signed, and whom to trust for it: a PKI of this run. */
export async function specimensToJudge(): Promise<{ xml: Buffer; pdf: Buffer; trust: TrustMaterial }> {
  const pki = freshPki();
  const signer: SpecimenSigner = {
    key: pki.signer.key,
    certificate: pki.signer.certificate,
    issuingCa: pki.issuingCa.certificate,
  };
  const [entity] = loadPeople().all[0]?.entities ?? [];
  const gst = entity?.documents.find((document) => catalogueOf(document).mimes.includes('application/xml'));
  if (!entity || !gst) throw new Error('no specimen');
  const [xml, pdf] = [await draft(entity, gst, 'application/xml'), await draft(entity, gst, 'application/pdf')];
  if (!xml || !pdf) throw new Error('no specimen');
  return {
    xml: Buffer.from(sealXml(xml.toString('utf8'), signer, undefined)),
    pdf: await sealPdf(padded(pdf), signer, undefined),
    trust: {
      store: 'bench',
      certificates: [pki.root.certificate.raw],
      crls: [],
      signers: [{ organization: 'TEST - not a government authority' }],
    },
  };
}

/** Heavier by comments before the table of objects, which is moved: as long a file as with pictures and fonts. */
function padded(pdf: Buffer): Buffer {
  const text = pdf.toString('latin1');
  const at = text.lastIndexOf('\nxref\n') + 1;
  const line = `%${'0123456789abcdef'.repeat(6)}\n`;
  const padding = line.repeat(Math.max(0, Math.ceil((pdfBytes - pdf.length) / line.length)));
  const moved = (text.slice(0, at) + padding + text.slice(at)).replace(
    /startxref\n\d+/,
    `startxref\n${at + padding.length}`,
  );
  return Buffer.from(moved, 'latin1');
}
