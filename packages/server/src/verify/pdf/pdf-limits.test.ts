import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { readPdfText } from './pdf-text.ts';

/** A PDF of so many pages, all with the same content, by hand: what a writer of PDFs would take for it is no matter here. */
function pdfOf(pages: number, content: string): Buffer {
  const kids = Array.from({ length: pages }, (_, index) => `${index + 5} 0 R`);
  const objects = [
    '<< /Type /Catalog /Pages 2 0 R >>',
    `<< /Type /Pages /Count ${pages} /Kids [${kids.join(' ')}] >>`,
    '<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>',
    `<< /Length ${content.length} >>\nstream\n${content}\nendstream`,
    ...kids.map(
      () =>
        '<< /Type /Page /Parent 2 0 R /MediaBox [0 0 600 800] /Contents 4 0 R /Resources << /Font << /F1 3 0 R >> >> >>',
    ),
  ];
  let text = '%PDF-1.7\n';
  const offsets = objects.map((object, index) => {
    const offset = text.length;
    text += `${index + 1} 0 obj\n${object}\nendobj\n`;
    return `${String(offset).padStart(10, '0')} 00000 n \n`;
  });
  const size = objects.length + 1;
  const table = `xref\n0 ${size}\n0000000000 65535 f \n${offsets.join('')}`;
  return Buffer.from(
    `${text}${table}trailer\n<< /Size ${size} /Root 1 0 R >>\nstartxref\n${text.length}\n%%EOF\n`,
    'latin1',
  );
}

/** So many words, each at a place of its own. */
function words(count: number): string {
  const shown = Array.from(
    { length: count },
    (_, index) => `1 0 0 1 ${20 + (index % 9) * 60} ${index % 790} Tm (w) Tj`,
  );
  return `BT /F1 8 Tf\n${shown.join('\n')}\nET`;
}

async function faultOf(pdf: Buffer): Promise<string | undefined> {
  const read = await readPdfText(pdf);
  return 'fault' in read ? read.fault : undefined;
}

describe('reading the letters of a PDF', () => {
  it('takes fifty pages, and refuses one more', async () => {
    const read = await readPdfText(pdfOf(50, words(1)));
    assert.equal('pages' in read && read.pages.length, 50);
    assert.equal(await faultOf(pdfOf(51, words(1))), 'too_large');
  });

  it('takes 20,000 pieces of text, on however many pages, and refuses more', async () => {
    const read = await readPdfText(pdfOf(2, words(4_900)));
    assert.equal('pages' in read && read.pages.flat().length, 9_800);
    assert.equal(await faultOf(pdfOf(1, words(20_100))), 'too_large');
    assert.equal(await faultOf(pdfOf(3, words(4_900))), 'too_large');
  });
});
