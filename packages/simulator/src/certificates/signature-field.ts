import type { Issuer } from '../pki/test-pki.ts';

/** What the signature says of itself, besides the signer's certificate. */
export interface SignatureField {
  issuer: Issuer;
  signedAt: Date;
}

/** Room for a CMS with two certificates (about 2,300 bytes). */
const signatureBytesMax = 4096;

/** Written over by @signpdf/signpdf, which looks for just this. */
const byteRange = [0, '**********', '**********', '**********'];

/** PDF 32000-1, tables 219 and 165: the file may only be appended to; an annotation printed and not to be moved. */
const signedAndAppendOnly = 3;
const printedAndLocked = 132;

/**
 * An empty signature field without looks on the present page, drawn with the document. So the signed file is one
 * revision; @signpdf's own placeholder appends a second one and brings another PDFKit along.
 */
export function addSignatureField(pdf: PDFKit.PDFDocument, { issuer, signedAt }: SignatureField): void {
  const value = pdf.ref({
    Type: 'Sig',
    Filter: 'Adobe.PPKLite',
    SubFilter: 'adbe.pkcs7.detached',
    ByteRange: byteRange,
    Contents: Buffer.alloc(signatureBytesMax),
    Name: literal(`${issuer.toUpperCase()} specimen signer (TEST)`),
    Reason: literal('SPECIMEN - NOT A GOVERNMENT DOCUMENT'),
    M: signedAt,
  });
  const widget = pdf.ref({
    Type: 'Annot',
    Subtype: 'Widget',
    FT: 'Sig',
    T: literal('Signature1'),
    V: value,
    Rect: [0, 0, 0, 0],
    F: printedAndLocked,
    P: pdf.page.dictionary,
  });
  // The types ask for a last piece to write; there is none.
  value.end(undefined);
  widget.end(undefined);
  pdf.page.annotations.push(widget);
  Object.assign(formOf(pdf), { Fields: [widget], SigFlags: signedAndAppendOnly, NeedAppearances: false });
}

/** PDFKit makes fields of every kind but signatures, and offers no way to its form other than this. */
function formOf(pdf: PDFKit.PDFDocument): object {
  pdf.initForm();
  const { _root: root } = pdf as unknown as { _root: { data: { AcroForm: { data: object } } } };
  return root.data.AcroForm.data;
}

/** PDFKit writes primitive strings as names (`/x`) and string objects as strings (`(x)`). */
function literal(text: string): object {
  return Object(text);
}
