import { Option } from 'commander';
import { defaultDataDir } from '../config.ts';

/** `--data <dir>`, of every command that works on the data folder. */
export function dataOption(): Option {
  return new Option('--data <dir>', 'data folder').default(defaultDataDir, 'TIJORI_DATA or ./data');
}
