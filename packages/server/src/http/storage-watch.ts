import type { AppError } from '../domain/app-error.ts';
import type { Deps } from '../usecases/deps.ts';

/** As long as no session's row is, characters: a short text may find room where nothing else does. */
const probeText = 'x'.repeat(64 * 1024);

/** Remembers that a write found no room, so that health can say so while reads go on. */
export interface StorageWatch {
  /** Told of every error that leaves. */
  note(error: AppError): void;
  /** Whether writes still find no room: tries one, but only after one has failed. */
  isFull(): Promise<boolean>;
}

export function storageWatch({ stores }: Pick<Deps, 'stores'>): StorageWatch {
  let full = false;
  return {
    note(error) {
      if (error.code === 'storage_full') full = true;
    },
    async isFull() {
      if (!full) return false;
      const outcome = stores.commit([stores.settings.mark('storage_probe', probeText)]);
      full = await outcome.then(
        () => false,
        () => true,
      );
      return full;
    },
  };
}
