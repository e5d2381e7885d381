import { longDate } from '../dates.ts';
import { holderMark } from './forge-pdf.ts';
import type { PdfContent, PdfSection } from './pdf-content.ts';
import { addSignatureField, type SignatureField } from './signature-field.ts';

const ink = '#1b2430';
const quiet = '#52606d';
const rule = '#c3ccd5';
const warning = '#9a1b1b';
const marker = 'SPECIMEN — NOT A GOVERNMENT DOCUMENT';
const margin = 56;
const labelWidth = 170;
const footHeight = 40;

type Pdf = PDFKit.PDFDocument;

/**
 * Lays out a certificate, with an empty signature field if asked for. Its dates and file id follow from the content, so
 * that equal content gives equal bytes.
 */
export async function certificatePdf(content: PdfContent, field?: SignatureField): Promise<Buffer> {
  // Loaded on the first certificate: it weighs more than the rest of the simulator, and many runs never draw one.
  const { default: PDFDocument } = await import('pdfkit');
  const issuedAt = new Date(`${content.issuedOn}T00:00:00Z`);
  const pdf = new PDFDocument({
    // The first version that knows everything in here.
    pdfVersion: '1.7',
    // Small as it is; and what is forged in a specimen can be seen with any editor.
    compress: false,
    size: 'A4',
    margin,
    lang: 'en-IN',
    displayTitle: true,
    info: {
      Title: `${content.title} (specimen)`,
      Subject: marker,
      Author: 'EntityLocker simulator',
      Creator: 'EntityLocker simulator',
      Producer: 'EntityLocker simulator',
      CreationDate: issuedAt,
      ModDate: issuedAt,
    },
  });
  const bytes = collect(pdf);
  pdf.on('pageAdded', () => drawFrame(pdf));
  drawFrame(pdf);
  drawHead(pdf, content);
  if (field) addSignatureField(pdf, field);
  for (const section of content.sections) drawSection(pdf, section);
  pdf.end();
  return bytes;
}

function collect(pdf: Pdf): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    pdf.on('data', (chunk: Buffer) => chunks.push(chunk));
    pdf.on('end', () => resolve(Buffer.concat(chunks)));
    pdf.on('error', reject);
  });
}

/** The mark of every page: a watermark below the text, a line at the top and at the foot. */
function drawFrame(pdf: Pdf): void {
  const { width, height } = pdf.page;
  pdf.page.margins.bottom = 0;
  pdf.save().rotate(-52, { origin: [width / 2, height / 2] });
  pdf.font('Helvetica-Bold').fontSize(110).fillColor('#eef1f4');
  pdf.text('SPECIMEN', 0, height / 2 - 50, { width, align: 'center', lineBreak: false });
  pdf.restore();
  pdf.font('Helvetica-Bold').fontSize(9).fillColor(warning);
  pdf.text(marker, margin, 28, { width: width - 2 * margin, align: 'center' });
  pdf.text(marker, margin, height - 36, { width: width - 2 * margin, align: 'center' });
  pdf.page.margins.bottom = margin;
  pdf.fillColor(ink);
  pdf.x = margin;
  pdf.y = margin + 8;
}

function drawHead(pdf: Pdf, content: PdfContent): void {
  const width = pdf.page.width - 2 * margin;
  pdf.font('Helvetica').fontSize(10).fillColor(quiet).text(winAnsi(content.issuer), margin, pdf.y, { width });
  pdf.moveDown(0.4);
  pdf.font('Helvetica-Bold').fontSize(20).fillColor(ink).text(winAnsi(content.title), { width });
  pdf.moveDown(0.4);
  pdf.addContent(holderMark);
  pdf.font('Helvetica-Bold').fontSize(13).text(winAnsi(content.holder), { width });
  pdf.moveDown(0.4);
  pdf.font('Helvetica').fontSize(10).fillColor(quiet);
  pdf.text(winAnsi(`No. ${content.number}    Issued on ${longDate(content.issuedOn)}`), { width });
  pdf.moveDown(0.8);
  drawRule(pdf, 1.2);
}

function drawSection(pdf: Pdf, section: PdfSection): void {
  if (section.rows.length === 0) return;
  breakPageFor(pdf, 60);
  pdf.y += 16;
  pdf.font('Helvetica-Bold').fontSize(11).fillColor(ink).text(section.heading, margin, pdf.y);
  pdf.y += 4;
  drawRule(pdf, 0.6);
  for (const [label, value] of section.rows) drawRow(pdf, winAnsi(label), winAnsi(value));
}

function drawRow(pdf: Pdf, label: string, value: string): void {
  const valueWidth = pdf.page.width - 2 * margin - labelWidth - 12;
  pdf.font('Helvetica').fontSize(9.5);
  const height = Math.max(
    pdf.heightOfString(label, { width: labelWidth }),
    pdf.heightOfString(value, { width: valueWidth }),
  );
  breakPageFor(pdf, height + 10);
  const top = pdf.y + 5;
  pdf.fillColor(quiet).text(label, margin, top, { width: labelWidth });
  pdf.fillColor(ink).text(value, margin + labelWidth + 12, top, { width: valueWidth });
  pdf.x = margin;
  pdf.y = top + height + 5;
  drawRule(pdf, 0.4);
}

function drawRule(pdf: Pdf, weight: number): void {
  pdf
    .moveTo(margin, pdf.y)
    .lineTo(pdf.page.width - margin, pdf.y)
    .lineWidth(weight)
    .strokeColor(rule)
    .stroke();
}

function breakPageFor(pdf: Pdf, height: number): void {
  if (pdf.y + height > pdf.page.height - margin - footHeight) pdf.addPage();
}

/** The built-in fonts know only Western letters; anything else would come out as a wrong glyph. */
function winAnsi(text: string): string {
  return text.replace(/[^\x20-\x7e\xa0-\xff]/gu, '?');
}
