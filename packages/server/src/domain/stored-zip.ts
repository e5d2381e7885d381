import { crc32 } from 'node:zlib';

/** A file of an archive. Names are relative paths of plain ASCII. */
export interface ArchivedFile {
  name: string;
  bytes: Buffer;
}

const localSignature = 0x04034b50;
const centralSignature = 0x02014b50;
const endSignature = 0x06054b50;
const localBytes = 30;
const centralBytes = 46;
const endBytes = 22;
/** Version 2.0; names in UTF-8; 1 January 1980: an archive of the same files is the same to the byte. */
const version = 20;
const flags = 0x0800;
const date = 0x0021;
const namePattern = /^[A-Za-z0-9][A-Za-z0-9._/-]{0,199}$/;

/**
 * A ZIP archive (APPNOTE 6.3.10) in one spelling only: stored, without extra fields, comments or padding. Anybody can open it,
 * and whoever checks it can make it anew from its files and hold it against the original, byte by byte.
 */
export function archive(files: readonly ArchivedFile[]): Buffer {
  const parts = files.flatMap(({ name, bytes }) => {
    if (!namePattern.test(name)) throw new Error('not a name for an archive');
    return [localHeader(name, bytes), bytes];
  });
  return Buffer.concat([...parts, directory(files)]);
}

/** Where an archive is not as `archive` would have made it. */
export interface ArchiveFault {
  /** First byte that is not as it has to be, from 0. */
  at: number;
  where: string;
}

/**
 * The files of an archive that `archive` could have made, with every place where it differs from that: there is no byte that may be
 * other than it is. A fault in the directory leaves the files readable; where a file's header says nothing sensible, reading ends.
 */
export function readArchive(pack: Buffer): { files: ArchivedFile[]; faults: ArchiveFault[] } {
  const files: ArchivedFile[] = [];
  const faults: ArchiveFault[] = [];
  let offset = 0;
  while (offset + 4 <= pack.length && pack.readUInt32LE(offset) !== centralSignature) {
    const file = readLocal(pack, offset);
    if (!file) {
      faults.push({ at: offset, where: `the archive header of file ${files.length + 1}, or where it ends` });
      return { files, faults };
    }
    const made = localHeader(file.name, file.bytes);
    const at = firstDifference(pack.subarray(offset, offset + made.length), made);
    if (at !== undefined) faults.push({ at: offset + at, where: `the archive header or the content of ${file.name}` });
    files.push(file);
    offset += made.length + file.bytes.length;
  }
  const made = directory(files);
  const at = firstDifference(pack.subarray(offset), made);
  if (at !== undefined) {
    const where = at < made.length ? 'the directory at the end of the archive' : 'bytes behind the end of the archive';
    faults.push({ at: offset + at, where });
  }
  return { files, faults };
}

function readLocal(pack: Buffer, offset: number): ArchivedFile | undefined {
  if (offset + localBytes > pack.length || pack.readUInt32LE(offset) !== localSignature) return undefined;
  const nameEnd = offset + localBytes + pack.readUInt16LE(offset + 26);
  const end = nameEnd + pack.readUInt32LE(offset + 22);
  const name = pack.subarray(offset + localBytes, nameEnd).toString('latin1');
  if (end > pack.length || !namePattern.test(name)) return undefined;
  return { name, bytes: pack.subarray(nameEnd, end) };
}

/** The central directory and its end, for files that stand before it in this order. */
function directory(files: readonly ArchivedFile[]): Buffer {
  let offset = 0;
  const headers = files.map(({ name, bytes }) => {
    const header = centralHeader(name, bytes, offset);
    offset += localBytes + name.length + bytes.length;
    return header;
  });
  const end = Buffer.alloc(endBytes);
  end.writeUInt32LE(endSignature, 0);
  end.writeUInt16LE(files.length, 8);
  end.writeUInt16LE(files.length, 10);
  end.writeUInt32LE(
    headers.reduce((sum, header) => sum + header.length, 0),
    12,
  );
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...headers, end]);
}

function localHeader(name: string, bytes: Buffer): Buffer {
  const header = Buffer.alloc(localBytes + name.length);
  header.writeUInt32LE(localSignature, 0);
  header.writeUInt16LE(version, 4);
  writeFacts(header, 6, name, bytes);
  header.write(name, localBytes, 'latin1');
  return header;
}

function centralHeader(name: string, bytes: Buffer, offset: number): Buffer {
  const header = Buffer.alloc(centralBytes + name.length);
  header.writeUInt32LE(centralSignature, 0);
  header.writeUInt16LE(version, 4);
  header.writeUInt16LE(version, 6);
  writeFacts(header, 8, name, bytes);
  header.writeUInt32LE(offset, 42);
  header.write(name, centralBytes, 'latin1');
  return header;
}

/** What both headers say, in the same order: flags, method, time, date, checksum, sizes, length of the name. */
function writeFacts(header: Buffer, at: number, name: string, bytes: Buffer): void {
  header.writeUInt16LE(flags, at);
  header.writeUInt16LE(date, at + 6);
  header.writeUInt32LE(crc32(bytes), at + 8);
  header.writeUInt32LE(bytes.length, at + 12);
  header.writeUInt32LE(bytes.length, at + 16);
  header.writeUInt16LE(name.length, at + 20);
}

function firstDifference(given: Buffer, made: Buffer): number | undefined {
  if (given.equals(made)) return undefined;
  const shared = Math.min(given.length, made.length);
  for (let at = 0; at < shared; at += 1) if (given[at] !== made[at]) return at;
  return shared;
}
