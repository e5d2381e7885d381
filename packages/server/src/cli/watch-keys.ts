import { isDeepStrictEqual } from 'node:util';
import type { Gateway } from '../boot.ts';
import { ConfigError, readSecrets, type Secrets } from '../config.ts';
import { keyIdOf } from '../domain/keyring.ts';
import { claimEveryMs, claimKey } from '../usecases/secrets/master-key-check.ts';

/** How often the key files are read, ms. A key that is taken out of them is dead after this at the latest (acceptance J3). */
const everyMs = claimEveryMs;

/**
 * Takes over other keys while the gateway works, when the files that `…_KEY_FILE` and `…_KEY_OLD_FILE` name have changed: every
 * ten seconds, and at once on SIGHUP. Keys that cannot be taken leave those at work in place, and the log says why.
 *
 * Each time it says anew which master key is at work, so that a rewrap which came too early does not release it.
 */
export function watchKeys({ replaceKeys, deps }: Gateway, first: Secrets): () => void {
  const { log } = deps;
  let current = first;
  let told = '';
  let underway = Promise.resolve();
  const look = async () => {
    try {
      const next = readSecrets();
      if (isDeepStrictEqual(next, current)) return;
      await replaceKeys(next);
      current = next;
      told = '';
      log.info({}, 'keys were replaced');
    } catch (error) {
      const faults = error instanceof ConfigError ? error.faults : [error instanceof Error ? error.message : 'unknown'];
      // Once, not every ten seconds.
      if (faults.join() !== told) log.error({ faults }, 'the new keys are refused, the old ones stay');
      told = faults.join();
    }
  };
  // A database that does not answer is told of by whoever needs it; there is a next time.
  const claim = () => claimKey(deps, keyIdOf(current.masterKey)).catch(() => {});
  const lookNext = () => {
    underway = underway.then(claim).then(look);
  };
  const timer = setInterval(lookNext, everyMs).unref();
  process.on('SIGHUP', lookNext);
  return () => {
    clearInterval(timer);
    process.removeListener('SIGHUP', lookNext);
  };
}
