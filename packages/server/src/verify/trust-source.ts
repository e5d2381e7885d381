import { refusePublicKeys } from './public-keys.ts';
import { readTrustFolder, trustFolderMark } from './trust-folder.ts';
import { type TrustMaterial, trustDigest } from './trust-material.ts';

/** A trust store as it is at the moment. */
export interface TrustSource {
  current(): { digest: string; material: TrustMaterial };
}

/** How often a folder is looked at again, ms: revocation lists come every day, and while we run. */
const lookEveryMs = 60_000;

/**
 * The store of a folder, read now and again whenever its files change. A folder that is wrong now throws; one that
 * becomes wrong later is told to `onFault` and the store stays as it was.
 */
export function openTrustSource(
  folder: string | null,
  name: string,
  { now, onFault }: { now: () => number; onFault: (detail: string) => void },
): TrustSource {
  const read = () => {
    const material = readTrustFolder(folder, name);
    refusePublicKeys(material);
    return { mark: trustFolderMark(folder), digest: trustDigest(material), material };
  };
  let known = read();
  let lookedAtMs = now();
  return {
    current() {
      const nowMs = now();
      if (nowMs - lookedAtMs < lookEveryMs) return known;
      lookedAtMs = nowMs;
      try {
        if (trustFolderMark(folder) !== known.mark) known = read();
      } catch (error) {
        onFault(error instanceof Error ? error.message : 'it cannot be read');
      }
      return known;
    },
  };
}
