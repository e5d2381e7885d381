import { existsSync, readFileSync } from 'node:fs';
import { logPath, type Place } from './gateway-process.ts';

/** pino's number for an error. */
const errorLevel = 50;
const shownMax = 3;
const charactersMax = 600;

/** The last errors that the server wrote down: the folder goes with the run, and a wrong answer alone explains nothing. */
export function errorsLogged(place: Place): string[] {
  const path = logPath(place);
  // A power cut may have taken it.
  const lines = existsSync(path) ? readFileSync(path, 'utf8').split('\n') : [];
  return lines
    .filter((line) => Number(/"level":(\d+)/.exec(line)?.[1]) >= errorLevel || line.includes('"level":"error"'))
    .slice(-shownMax)
    .map((line) => line.slice(0, charactersMax));
}
