import type { Reading } from '../../domain/document-data.ts';
import type { JudgedFile } from '../judge.ts';
import { readPdfText } from '../pdf/pdf-text.ts';
import { readCompany } from './read-company.ts';
import { readData } from './read-data.ts';

/** What a file says that was found genuine, from what its signature covers; null for every other. */
export async function readDocument({ signedXml, signedPdf }: JudgedFile): Promise<Reading | null> {
  if (signedXml !== null) {
    const data = readData(signedXml);
    return data ? { data } : { data: null, fault: 'unknown_kind' };
  }
  if (signedPdf === null) return null;
  try {
    const text = await readPdfText(coveredBytes(signedPdf));
    if ('fault' in text) return { data: null, fault: text.fault };
    const data = readCompany(text.pages);
    return data ? { data } : { data: null, fault: 'unknown_kind' };
  } catch {
    // What a library throws on a file that it cannot read is no fault of ours.
    return { data: null, fault: 'reader_failed' };
  }
}

/** The file with nothing in the place of its signature, which that cannot cover: offsets stay, and there is nothing else to read. */
function coveredBytes({ pieces: [before, after], bytes }: NonNullable<JudgedFile['signedPdf']>): Buffer {
  return Buffer.concat([before, Buffer.from(`<${'0'.repeat(bytes - before.length - after.length - 2)}>`), after]);
}
