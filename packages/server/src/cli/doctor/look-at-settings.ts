import { type Config, ConfigError, readStartConfig } from '../../config.ts';
import { type Finding, fault, ok, skipped } from './finding.ts';

/** The settings of `tijori start`, unless the folder is one of `tijori dev`, which needs none. */
export function lookAtSettings(isDev: boolean): { config?: Config; findings: Finding[] } {
  if (isDev) return { findings: [skipped('settings', 'The folder belongs to "tijori dev", which needs none.')] };
  try {
    const config = readStartConfig();
    return {
      config,
      findings: [ok('settings', 'Complete and well-formed; key files are readable by their owner alone.')],
    };
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return { findings: error.faults.map((text) => fault('settings', text)) };
  }
}
