/** One value of DER (ITU-T X.690): where its header begins, its content begins, and it ends. */
export interface DerValue {
  tag: number;
  start: number;
  at: number;
  end: number;
}

export const derTags = {
  boolean: 0x01,
  integer: 0x02,
  bits: 0x03,
  octets: 0x04,
  oid: 0x06,
  enumerated: 0x0a,
  utcTime: 0x17,
  generalizedTime: 0x18,
  sequence: 0x30,
} as const;

/** The value that begins at `start` and ends at `limit` or before. Throws on what is no DER. */
export function derAt(bytes: Buffer, start: number, limit: number): DerValue {
  if (start + 2 > limit) throw notDer();
  const tag = bytes.readUInt8(start);
  const first = bytes.readUInt8(start + 1);
  // Tags of several bytes do not occur in certificates and lists.
  if ((tag & 0x1f) === 0x1f) throw notDer();
  let at = start + 2;
  let length = first;
  if (first >= 0x80) {
    const count = first & 0x7f;
    if (count === 0 || count > 4 || at + count > limit) throw notDer();
    length = bytes.readUIntBE(at, count);
    at += count;
    if (length < 0x80 || length < 2 ** (8 * (count - 1))) throw notDer();
  }
  const end = at + length;
  if (end > limit) throw notDer();
  return { tag, start, at, end };
}

/** What stands in a value, one after the other. */
export function derParts(bytes: Buffer, { at, end }: Pick<DerValue, 'at' | 'end'>): DerValue[] {
  const parts: DerValue[] = [];
  for (let start = at; start < end; ) {
    const part = derAt(bytes, start, end);
    parts.push(part);
    start = part.end;
  }
  return parts;
}

/** `1.2.840.113549.1.1.11`. */
export function derOid(bytes: Buffer, value: DerValue | undefined): string {
  if (value?.tag !== derTags.oid || value.at === value.end) throw notDer();
  const numbers: number[] = [];
  let number = 0;
  for (const byte of bytes.subarray(value.at, value.end)) {
    number = number * 128 + (byte & 0x7f);
    if (byte < 0x80) {
      if (numbers.length > 0) numbers.push(number);
      else numbers.push(Math.min(Math.floor(number / 40), 2), number - 40 * Math.min(Math.floor(number / 40), 2));
      number = 0;
    }
  }
  return numbers.join('.');
}

/** Whether a value is written as `derTime` reads it; whether there is such a day is not asked. */
export function isDerTime(bytes: Buffer, { tag, at, end }: DerValue): boolean {
  const length = tag === derTags.utcTime ? 13 : 15;
  if ((tag !== derTags.utcTime && tag !== derTags.generalizedTime) || end - at !== length) return false;
  for (let index = at; index < end - 1; index += 1) {
    const byte = bytes[index] ?? 0;
    if (byte < 0x30 || byte > 0x39) return false;
  }
  return bytes[end - 1] === 0x5a;
}

/** ms since the epoch. UTCTime has two digits for the years 1950 to 2049 (RFC 5280, 4.1.2.5). */
export function derTime(bytes: Buffer, { tag, at, end }: DerValue): number {
  const text = bytes.toString('latin1', at, end);
  const digits = tag === derTags.utcTime ? `${Number(text.slice(0, 2)) < 50 ? '20' : '19'}${text}` : text;
  const parts = /^(\d{4})(\d{2})(\d{2})(\d{2})(\d{2})(\d{2})Z$/.exec(digits);
  if (!parts || (tag !== derTags.utcTime && tag !== derTags.generalizedTime)) throw notDer();
  const [, year, month, day, hour, minute, second] = parts;
  const ms = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
  if (Number.isNaN(ms)) throw notDer();
  return ms;
}

export function notDer(): Error {
  return new Error('not DER');
}
