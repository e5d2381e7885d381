import type { ReadFault } from '../../domain/document-data.ts';
import type { TextPiece } from '../data/text-rows.ts';
import { isSmallUnpacked } from './unpacked-size.ts';

/** Most pages, and runs of letters on all of them together, that are read; master data have a handful and some hundred. */
const pagesMax = 50;
const piecesMax = 20_000;

/** The reader has no use for it: fonts, pictures and scripts of the file stay where they are. */
const readerOptions = {
  // Errors only: what it has to say about a file belongs into no output of ours.
  verbosity: 0,
  enableXfa: false,
  disableFontFace: true,
  useSystemFonts: false,
  isEvalSupported: false,
  maxImageSize: 1,
  stopAtErrors: true,
} as const;

/**
 * The letters on the pages of a PDF and where they stand, those that stand upright. Takes what a signature covers as a whole, and throws
 * on what the reader cannot read. Give it bytes only where a limit of time and memory holds.
 */
export async function readPdfText(pdf: Buffer): Promise<{ pages: TextPiece[][] } | { fault: ReadFault }> {
  if (!isSmallUnpacked(pdf)) return { fault: 'too_large' };
  // Loaded with the first PDF that is read: verdicts have no need of it.
  const { getDocument } = await import('unpdf/pdfjs');
  const task = getDocument({ ...readerOptions, data: new Uint8Array(pdf) });
  try {
    const document = await task.promise;
    if (document.numPages > pagesMax) return { fault: 'too_large' };
    const pages: TextPiece[][] = [];
    let count = 0;
    for (let number = 1; number <= document.numPages; number += 1) {
      const page = await document.getPage(number);
      const { items } = await page.getTextContent();
      count += items.length;
      if (count > piecesMax) return { fault: 'too_large' };
      pages.push(items.flatMap((item) => ('str' in item ? piecesOf(item) : [])));
    }
    return pages.every(({ length }) => length === 0) ? { fault: 'no_text' } : { pages };
  } finally {
    await task.destroy();
  }
}

interface Item {
  str: string;
  transform: number[];
  width: number;
}

/** A watermark stands aslant. */
function piecesOf({ str, transform, width }: Item): TextPiece[] {
  const [, slope = 0, skew = 0, size = 0, x = 0, y = 0] = transform;
  return str.trim() === '' || slope !== 0 || skew !== 0 ? [] : [{ text: str, x, y, width, size: Math.abs(size) }];
}
