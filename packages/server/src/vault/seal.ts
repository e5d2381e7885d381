import { randomBytes } from 'node:crypto';
import { checkedKeyring, type Keyring } from '../domain/keyring.ts';
import { type RandomBytes, rewrapDataKey, type SealContext } from './data-key.ts';
import type { ByteSource } from './pieces.ts';
import { openFile, openWhole, type SealedFile, sealFile } from './seal-file.ts';
import { openSmall, rewrapSmall, sealSmall } from './seal-small.ts';

export type { SealContext } from './data-key.ts';
export type { SealedFile } from './seal-file.ts';

interface SealOptions {
  /** Master keys. They wrap data keys and touch nothing else. */
  keyring: Keyring;
  random?: RandomBytes;
}

/**
 * Envelope encryption: AES-256-GCM, a fresh data key for each object, wrapped by the master key, bound to a context
 * (acceptance J4, J5). Whatever does not open throws `internal`; the detail says which check failed, never a value.
 */
export interface Seal {
  /** One piece of at most 1 MiB, as text for a column: tokens, verifiers, profiles. */
  sealSmall(plain: Buffer | string, context: SealContext): string;
  openSmall(sealed: string, context: SealContext): Buffer;
  /** A document as a stream; `wrappedKey` goes into its row. */
  sealFile(source: Buffer | ByteSource, context: SealContext): SealedFile;
  /** Only verified bytes leave; an error before the end means that the document must not be used. */
  openFile(wrappedKey: string, context: SealContext, source: ByteSource): AsyncGenerator<Buffer>;
  /** The same, of bytes that are here already. */
  openWhole(wrappedKey: string, context: SealContext, sealed: Buffer): Buffer;
  /** The same sealed text, or the same wrapped key of a file, under the current master key; `undefined`: it is already. */
  rewrap(sealedOrWrapped: string, context: SealContext): string | undefined;
}

/** Throws `internal` for a keyring that cannot be used. */
export function createSeal(options: SealOptions): Seal {
  const keyring = checkedKeyring('vault', options.keyring);
  const random = options.random ?? randomBytes;
  return {
    sealSmall: (plain, context) => sealSmall(keyring, random, plain, context),
    openSmall: (sealed, context) => openSmall(keyring, sealed, context),
    sealFile: (source, context) => sealFile(keyring, random, source, context),
    openFile: (wrappedKey, context, source) => openFile(keyring, wrappedKey, context, source),
    openWhole: (wrappedKey, context, sealed) => openWhole(keyring, wrappedKey, context, sealed),
    rewrap: (text, context) =>
      text.startsWith('s1~')
        ? rewrapSmall(keyring, random, text, context)
        : rewrapDataKey(keyring, random, text, context),
  };
}
