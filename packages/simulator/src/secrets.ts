import { createHash, timingSafeEqual } from 'node:crypto';

/** Where randomness comes from; handed in so that a test can fix it. */
export type RandomBytes = (count: number) => Buffer;

/** Bytes that follow from the seed and from how many were drawn before: for tests that want the same run twice. */
export function seededBytes(seed: string): RandomBytes {
  let drawn = 0;
  return (count) => {
    const blocks: Buffer[] = [];
    for (let have = 0; have < count; have += 32) {
      blocks.push(createHash('sha256').update(`${drawn}:${seed}`).digest());
      drawn += 1;
    }
    return Buffer.concat(blocks).subarray(0, count);
  };
}

/** Codes, tokens and browser keys are kept only as this. They are random, so a plain hash is enough. */
export function sha256Hex(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/** Compares without telling by its time how much was right. Hashing first makes the lengths equal. */
export function sameSecret(left: string, right: string): boolean {
  return timingSafeEqual(createHash('sha256').update(left).digest(), createHash('sha256').update(right).digest());
}

/** 40 lower-case hex characters, the shape of the locker's tokens (entitylocker-upstream §1.3). */
export function freshToken(random: RandomBytes): string {
  return random(20).toString('hex');
}

/** Unguessable and fit for an address or a cookie. */
export function freshKey(random: RandomBytes): string {
  return random(32).toString('base64url');
}

/** Six digits. The small unevenness of the remainder does not matter for a code that the page shows anyway. */
export function freshOtp(random: RandomBytes): string {
  return String(random(4).readUInt32BE() % 1_000_000).padStart(6, '0');
}

/** A stable id for something that only has a name, shaped like the version 5 UUIDs seen (entitylocker-upstream §2.2). */
export function derivedUuid(kind: string, name: string): string {
  const bytes = createHash('sha256').update(`tijori-simulator:${kind}:${name}`).digest().subarray(0, 16);
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x50, 6);
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8);
  const hex = bytes.toString('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}
