import type { Keyring } from '../../domain/keyring.ts';
import type { Deps } from '../deps.ts';

const settingName = 'master_key_check';
/** What a check value is bound to. */
const label = { workspaceId: '', kind: 'master-key-check', objectId: 'settings', version: 1 };

type CheckDeps = Pick<Deps, 'stores' | 'seal'>;

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
  const name = `${settingName}:${keyring.currentKeyId}`;
  if ((await stores.settings.get(name)) !== undefined) return;
  await stores.commit([stores.settings.insertion(name, seal.sealSmall('tijori', label))]);
}

/** Nothing is under the other keys any more: they are not asked for at the next start. Resolves to their number. */
export async function forgetOtherKeys({ stores }: CheckDeps, keyring: Keyring): Promise<number> {
  const kept = `${settingName}:${keyring.currentKeyId}`;
  const others = (await stores.settings.beginning(settingName)).filter(({ name }) => name !== kept);
  if (others.length > 0) await stores.commit(others.map(({ name }) => stores.settings.removal(name)));
  return others.length;
}
