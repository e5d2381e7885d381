import { type Screen, screenOf } from './screen.ts';

/** Long work that shows how far it is. */
export interface ProgressBar {
  /** How much is done now, in the units of `total`. */
  at(done: number): void;
  /** Takes the bar off the screen; what comes next has the line to itself. */
  end(): void;
}

interface Settings {
  /** What is being done: `Backing up`. */
  label: string;
  /** How much there is to do; left out where nobody knows, and then only what is done is shown. */
  total?: number;
  /** A number as it is shown; whole numbers if left out. */
  text?: (amount: number) => string;
  /** What stands beside the bar instead of `done of total`. */
  words?: () => string;
}

const everyMs = 100;
const barWidth = 24;

/**
 * A bar on stderr, so that stdout stays clean. Only on a terminal: a log gets none.
 *
 * @example
 * const progress = startProgress({ label: 'Checking files', total: files.length });
 * for (const [i, file] of files.entries()) { await check(file); progress.at(i + 1); }
 * progress.end();
 */
export function startProgress(
  { label, total, text = (amount) => amount.toLocaleString('en'), words: ownWords }: Settings,
  { screen = screenOf(process.stderr), now = Date.now }: { screen?: Screen; now?: () => number } = {},
): ProgressBar {
  if (!screen.isTerminal) return { at: () => {}, end: () => {} };
  const startMs = now();
  let drawnMs = Number.NEGATIVE_INFINITY;
  const draw = (done: number) => {
    const words = ownWords?.() ?? (total === undefined ? text(done) : `${text(done)} of ${text(total)}`);
    const left = total !== undefined && done > 0 ? ((now() - startMs) / done) * (total - done) : undefined;
    const time = left !== undefined && now() - startMs > 2_000 ? `  ${durationText(left)} left` : '';
    const part = total === undefined || total === 0 ? undefined : Math.min(1, done / total);
    const filled = Math.round((part ?? 0) * barWidth);
    const bar = part === undefined ? '' : `${'█'.repeat(filled)}${'░'.repeat(barWidth - filled)}  `;
    const line = `${label}  ${bar}${words}${time}`;
    // One cell stays free: a full line would wrap, and then the next one could not take its place.
    screen.write(`\r\x1b[2K${[...line].slice(0, screen.width() - 1).join('')}`);
  };
  return {
    at(done) {
      if (now() - drawnMs < everyMs && done !== total) return;
      drawnMs = now();
      draw(done);
    },
    end: () => screen.write('\r\x1b[2K'),
  };
}

/**
 * Long work of several steps, each with a bar of its own.
 *
 * @example
 * const steps = startSteps();
 * steps.at('Copying documents', 3, 40);
 * steps.end();
 */
export function startSteps(machine?: Parameters<typeof startProgress>[1]): {
  at(label: string, done: number, total: number): void;
  end(): void;
} {
  let current = '';
  let bar: ProgressBar | undefined;
  return {
    at(label, done, total) {
      if (label !== current) {
        bar?.end();
        bar = startProgress({ label, total }, machine);
        current = label;
      }
      bar?.at(done);
    },
    end: () => bar?.end(),
  };
}

/** Bytes as people read them. */
export function bytesText(bytes: number): string {
  const units = ['bytes', 'KiB', 'MiB', 'GiB', 'TiB'];
  let size = bytes;
  let unit = 0;
  while (size >= 1024 && unit < units.length - 1) {
    size /= 1024;
    unit += 1;
  }
  return `${unit === 0 ? size : size.toFixed(1)} ${units[unit]}`;
}

function durationText(ms: number): string {
  const seconds = Math.ceil(ms / 1000);
  return seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}
