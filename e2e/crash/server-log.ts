import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** pino's number for an error. */
const errorLevel = 50;
const shownMax = 3;
const charactersMax = 600;

/** The last errors that the server wrote down: the folder goes with the run, and a wrong answer alone explains nothing. */
export function errorsLogged(dataDir: string): string[] {
  const path = join(dataDir, 'tijori.log');
  // A power cut may have taken it.
  const lines = existsSync(path) ? readFileSync(path, 'utf8').split('\n') : [];
  return lines
    .filter((line) => Number(/"level":(\d+)/.exec(line)?.[1]) >= errorLevel)
    .slice(-shownMax)
    .map((line) => line.slice(0, charactersMax));
}
