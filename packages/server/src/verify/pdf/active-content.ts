import { inflateSync } from 'node:zlib';

/** Names that make a file act when it is opened or clicked, by what is reported for them. */
const activeNames: Readonly<Record<string, string>> = {
  JavaScript: 'javascript',
  JS: 'javascript',
  Launch: 'launch',
  OpenAction: 'open_action',
  AA: 'additional_actions',
  EmbeddedFile: 'embedded_file',
  EmbeddedFiles: 'embedded_file',
  RichMedia: 'rich_media',
  XFA: 'xfa_form',
  SubmitForm: 'submit_form',
  ImportData: 'import_data',
  GoToR: 'remote_go_to',
  Encrypt: 'encrypted',
};

/** Compressed objects are unpacked up to here, all together, bytes. */
const unpackedMax = 16 * 1024 * 1024;
/** Most streams of objects that are unpacked. */
const streamsMax = 2_000;

/**
 * What in a PDF acts by itself, sorted; `not_all_looked_at` when objects are packed so tightly that unpacking stopped.
 * A report for whoever opens the file, not a part of any verdict: names are sought, their place is not.
 */
export function findActiveContent(pdf: Buffer): string[] {
  const found = new Set<string>();
  const text = pdf.toString('latin1');
  collectNames(text, found);
  let left = unpackedMax;
  let streams = 0;
  for (const { index } of text.matchAll(/\/Type\s*\/ObjStm\b/g)) {
    streams += 1;
    const unpacked = streams > streamsMax ? null : unpack(pdf, text, index, left);
    if (unpacked === null) {
      found.add('not_all_looked_at');
      break;
    }
    left -= unpacked.length;
    collectNames(unpacked, found);
  }
  return [...found].sort();
}

/** `/J#61vaScript` is the same name: bytes may be written by their number. */
function collectNames(text: string, found: Set<string>): void {
  for (const [, written = ''] of text.matchAll(/\/([A-Za-z#][A-Za-z0-9#]{0,60})/g)) {
    const name = written.replace(/#([0-9A-Fa-f]{2})/g, (_, hex: string) =>
      String.fromCharCode(Number.parseInt(hex, 16)),
    );
    const kind = Object.hasOwn(activeNames, name) ? activeNames[name] : undefined;
    if (kind) found.add(kind);
  }
}

/** The objects in the stream whose dictionary stands at `index`; null when they are more than `bytesMax`. */
function unpack(pdf: Buffer, text: string, index: number, bytesMax: number): string | null {
  const at = text.indexOf('stream', index);
  if (at === -1) return '';
  const start = text.startsWith('\r\n', at + 6) ? at + 8 : at + 7;
  const end = text.indexOf('endstream', start);
  if (end === -1) return '';
  if (bytesMax <= 0) return null;
  try {
    return inflateSync(pdf.subarray(start, end), { maxOutputLength: bytesMax }).toString('latin1');
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE' ? null : '';
  }
}
