import type { Value } from './db.ts';

/** One statement as the server is asked to run it. */
export interface Run {
  /** Under which it is prepared; empty for one that is not kept. */
  name: string;
  /** Its text, if it has to be prepared first. */
  text?: string;
  params: readonly Value[];
  /** Whether the server is to say what its rows look like. */
  describe: boolean;
}

const code = { parse: 0x50, bind: 0x42, describe: 0x44, execute: 0x45, sync: 0x53 };
const portal = 0x50;
/** Code and length, which counts itself. */
const headBytes = 5;
const nullLength = -1;

/**
 * The messages of a batch in one piece, with one sync at the end (PostgreSQL protocol, "Message Formats": Parse, Bind, Describe, Execute, Sync;
 * unnamed portal, parameters and results as text). `pg` makes one buffer for each message and lets it grow from 256 bytes as it is
 * filled, which for lists of a hundred rows was a dozen buffers each, most of them old before they were dead.
 */
export function encodeBatch(runs: readonly Run[]): Buffer {
  const texts = runs.map(({ params }) => params.map(textOf));
  let bytes = headBytes;
  runs.forEach((run, at) => {
    bytes += bytesOf(run, texts[at] as (string | null)[]);
  });
  const out = new Piece(bytes);
  runs.forEach((run, at) => {
    const values = texts[at] as (string | null)[];
    const { name, text } = run;
    if (text !== undefined) out.message(code.parse, () => out.zeroed(name).zeroed(text).int16(0));
    out.message(code.bind, () => {
      out.zeroed('').zeroed(name).int16(0).int16(values.length);
      for (const value of values) out.value(value);
      out.int16(0);
    });
    if (run.describe) out.message(code.describe, () => out.byte(portal).zeroed(''));
    out.message(code.execute, () => out.zeroed('').int32(0));
  });
  out.message(code.sync, () => {});
  return out.done();
}

function textOf(value: Value): string | null {
  return value === null ? null : String(value);
}

function bytesOf({ name, text, describe }: Run, values: readonly (string | null)[]): number {
  const nameBytes = Buffer.byteLength(name) + 1;
  let bytes = headBytes + 1 + nameBytes + 6 + (headBytes + 1 + 4);
  if (text !== undefined) bytes += headBytes + nameBytes + Buffer.byteLength(text) + 1 + 2;
  if (describe) bytes += headBytes + 2;
  for (const value of values) bytes += 4 + (value === null ? 0 : Buffer.byteLength(value));
  return bytes;
}

/** A buffer that is filled from its beginning. */
class Piece {
  private readonly buffer: Buffer;
  private at = 0;

  constructor(bytes: number) {
    this.buffer = Buffer.allocUnsafe(bytes);
  }

  message(kind: number, body: () => void): void {
    this.byte(kind);
    const begin = this.at;
    this.at += 4;
    body();
    this.buffer.writeInt32BE(this.at - begin, begin);
  }
  byte(value: number): this {
    this.at = this.buffer.writeUInt8(value, this.at);
    return this;
  }
  int16(value: number): this {
    this.at = this.buffer.writeUInt16BE(value, this.at);
    return this;
  }
  int32(value: number): this {
    this.at = this.buffer.writeInt32BE(value, this.at);
    return this;
  }
  zeroed(text: string): this {
    this.at += this.buffer.write(text, this.at);
    return this.byte(0);
  }
  value(text: string | null): void {
    if (text === null) {
      this.int32(nullLength);
      return;
    }
    const begin = this.at;
    this.at += 4;
    this.at += this.buffer.write(text, this.at);
    this.buffer.writeInt32BE(this.at - begin - 4, begin);
  }
  done(): Buffer {
    // Anything else would have the server read on into what was there before.
    if (this.at !== this.buffer.length) throw new Error('a batch of another size than counted');
    return this.buffer;
  }
}
