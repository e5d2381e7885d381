/** Files that differ from a good one as damage and malice would have it. Same seed, same files. For tests only. */
export function* mutations(good: Buffer, { count, seed }: { count: number; seed: number }): Generator<Buffer> {
  const random = numbers(seed);
  const within = (length: number) => Math.floor(random() * length);
  for (let made = 0; made < count; made += 1) {
    let bytes: Buffer = Buffer.from(good);
    const times = 1 + within(4);
    for (let time = 0; time < times; time += 1) bytes = mutate(bytes, within);
    yield bytes;
  }
}

function mutate(bytes: Buffer, within: (length: number) => number): Buffer {
  const at = within(bytes.length);
  const length = 1 + within(64);
  switch (within(7)) {
    case 0:
      bytes[at] = within(256);
      return bytes;
    case 1:
      return bytes.subarray(0, at);
    case 2:
      return Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + length)]);
    case 3:
      return Buffer.concat([bytes.subarray(0, at), bytes.subarray(at, at + length), bytes.subarray(at)]);
    case 4:
      return Buffer.concat([bytes, bytes.subarray(at)]);
    case 5: {
      // Names, numbers and operators come out as others: what parsers go by.
      const text = bytes.toString('latin1');
      const digits = [...text.matchAll(/\d+/g)];
      const found = digits[within(digits.length)];
      if (!found) return bytes;
      const other = ['0', '-1', '99999999999', '2147483648', String(within(1000))][within(5)];
      return Buffer.from(text.slice(0, found.index) + other + text.slice(found.index + found[0].length), 'latin1');
    }
    default:
      return bytes.fill(within(256), at, Math.min(bytes.length, at + length));
  }
}

/** Mulberry32: the same row of numbers in [0, 1) for a seed. */
function numbers(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}
