import { readFileSync } from 'node:fs';
import { CliError } from './cli-error.ts';

/** The secret in a file that an option names, `-` for standard input. No option has a secret itself: `ps` would show it. */
export function readSecretFile(option: string, path: string): string {
  let secret: string;
  try {
    secret = readFileSync(path === '-' ? 0 : path, 'utf8').trim();
  } catch (cause) {
    throw new CliError('usage', `The file of ${option} cannot be read: ${path}.`, { cause });
  }
  if (secret !== '') return secret;
  throw new CliError('usage', `The file of ${option} is empty: ${path}.`);
}
