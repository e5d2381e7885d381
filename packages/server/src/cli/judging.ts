import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { Option } from 'commander';
import { readTrust } from '../config.ts';
import type { Mode } from '../domain/session.ts';
import { openTrustSource, type TrustSource } from '../verify/trust-source.ts';
import { openVerifier, type Verifier } from '../verify/verifier.ts';
import { CliError } from './cli-error.ts';

/** `--trust <dir>`, of every command that judges signatures by itself. */
export function trustOption(otherwise: string): Option {
  return new Option('--trust <dir>', `folder with roots, revocation lists and signers.json; else ${otherwise}`);
}

/** The trust folder that is named, which must be there. Throws `CliError` for one that is not, or cannot be read. */
export function openNamedTrust(folder: string, mode: Mode): TrustSource {
  if (!existsSync(folder)) {
    throw new CliError('not_found', `There is no trust folder ${folder}.`, { cure: 'See docs/verification.md.' });
  }
  return sourceOf(resolve(folder), mode);
}

/** As a gateway on this data folder would have it; the simulator's own for test documents where none is installed. */
export async function openUsualTrust(dataDir: string, mode: Mode): Promise<TrustSource> {
  const folder = readTrust(dataDir).trust[mode];
  if (mode === 'live' || (folder && existsSync(folder))) return sourceOf(folder, mode);
  const { trustFolder } = await import('@tijori/simulator/trust-folder');
  return sourceOf(trustFolder, mode);
}

/** Judges in threads with limits, as the gateway does; the one store goes by the name of the mode. */
export function openJudge(dataDir: string, source: TrustSource, mode: Mode): Verifier {
  return openVerifier({ stores: { [mode]: source }, policy: readTrust(dataDir).verdictPolicy });
}

function sourceOf(folder: string | null, mode: Mode): TrustSource {
  try {
    return openTrustSource(folder, mode, { now: Date.now, onFault: () => undefined });
  } catch (cause) {
    throw new CliError('usage', cause instanceof Error ? cause.message : 'The trust folder cannot be read.', { cause });
  }
}
