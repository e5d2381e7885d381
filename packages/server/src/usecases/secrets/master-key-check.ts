import type { Keyring } from '../../domain/keyring.ts';
import type { Deps } from '../deps.ts';

const settingName = 'master_key_check';
/** What a check value is bound to. */
const label = { workspaceId: '', kind: 'master-key-check', objectId: 'settings', version: 1 };

type CheckDeps = Pick<Deps, 'stores' | 'seal'>;

/**
 * How often a gateway puts back the check value of the key that it seals with, ms: whoever has removed it learns so, after a little longer, that the
 * key is still at work.
 */
export const claimEveryMs = 10_000;

/**
 * Each master key that ever wrapped something here leaves a value that only it opens, until nothing is under it any more.
 * A keyring that lacks one of them would open only a part of what is held: better to find out now than at a document.
 * From now on the current key is one of them. Throws and changes nothing otherwise.
 */
export async function claimMasterKey({ stores, seal }: CheckDeps, keyring: Keyring): Promise<void> {
  for (const { value } of await stores.settings.beginning(settingName)) {
    try {
      seal.openSmall(value, label);
    } catch (error) {
      throw new Error(
        'The master key is not the one with which this data folder was made, nor is that one in TIJORI_MASTER_KEY_OLD. Nothing was changed.',
        { cause: error },
      );
    }
  }
  await claimKey({ stores, seal }, keyring.currentKeyId);
}

/**
 * Says that what is sealed now is sealed under this key, the seal's current one. A rewrap that found nothing under it may have removed its check
 * value before this gateway had the new key: without it the key could be taken away from what has been sealed since.
 */
export async function claimKey({ stores, seal }: CheckDeps, keyId: string): Promise<void> {
  const name = `${settingName}:${keyId}`;
  if ((await stores.settings.get(name)) !== undefined) return;
  await stores.commit([stores.settings.insertion(name, seal.sealSmall('tijori', label))]);
}

/** The ids of all keys that have a check value. */
export async function claimedKeyIds({ stores }: Pick<Deps, 'stores'>): Promise<string[]> {
  return (await stores.settings.beginning(settingName)).map(({ name }) => name.slice(`${settingName}:`.length));
}

/** Nothing is under the other keys any more: they are not asked for at the next start, unless one is claimed again. Resolves to their ids. */
export async function forgetOtherKeys({ stores }: CheckDeps, keyring: Keyring): Promise<string[]> {
  const others = (await claimedKeyIds({ stores })).filter((id) => id !== keyring.currentKeyId);
  if (others.length > 0) await stores.commit(others.map((id) => stores.settings.removal(`${settingName}:${id}`)));
  return others;
}
