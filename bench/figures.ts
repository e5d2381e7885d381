import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { fileURLToPath } from 'node:url';
import { draw } from './plot.ts';

/** A value that is compared with others of its panel, drawn as a bar. */
export interface Bar {
  label: string;
  value: number;
  /** What is compared against: drawn paler. */
  isBaseline?: boolean;
}

/** What is to be reached by every bar of ours, or by every point of a line. */
export interface Goal {
  value: number;
  is: 'at least' | 'at most';
}

/** Values over time. */
export interface Line {
  label: string;
  /** Moment and value, in order of time. */
  points: readonly (readonly [at: number, value: number])[];
}

/** One scale: bars that are compared, or lines over time. */
export interface Panel {
  title: string;
  unit: string;
  goal?: Goal;
  bars?: readonly Bar[];
  lines?: readonly Line[];
  /** What the moments of the lines are, such as `minutes`. */
  timeUnit?: string;
}

/** The figures of one run of a bench, as they lie in `docs/bench/NAME.json`. */
export interface Figures {
  name: string;
  title: string;
  /** ISO day of the run. */
  date: string;
  machine: string;
  /** How it was measured, in a sentence or two. */
  conditions: string;
  panels: readonly Panel[];
}

export const figuresFolder = fileURLToPath(new URL('../docs/bench/', import.meta.url));

/** Where a run took place: what every figure depends on. */
export function machineName(): string {
  const cores = cpus();
  return `${cores.length} cores (${cores[0]?.model.trim() ?? 'unknown'}), Node ${process.version}`;
}

/** Keeps the figures of a run and their picture, in place of those of the run before. */
export function keepFigures(figures: Pick<Figures, 'name' | 'title' | 'conditions' | 'panels'>): void {
  const { name, title, conditions, panels } = figures;
  const date = new Date().toISOString().slice(0, 10);
  const whole: Figures = { name, title, date, machine: machineName(), conditions, panels: panels.map(rounded) };
  mkdirSync(figuresFolder, { recursive: true });
  writeFileSync(`${figuresFolder}${name}.json`, `${JSON.stringify(whole, null, 2)}\n`);
  writeFileSync(`${figuresFolder}${name}.svg`, draw(whole));
  console.log(`Kept as docs/bench/${name}.json and ${name}.svg`);
}

export function readFigures(file: string): Figures {
  return JSON.parse(readFileSync(file, 'utf8')) as Figures;
}

/** Four digits say all that a bench can know. */
function rounded(panel: Panel): Panel {
  const short = (value: number) => Number(value.toPrecision(4));
  const { bars, lines } = panel;
  return {
    ...panel,
    ...(bars && { bars: bars.map((bar) => ({ ...bar, value: short(bar.value) })) }),
    ...(lines && {
      lines: lines.map(({ label, points }) => ({
        label,
        points: points.map(([at, value]): [number, number] => [short(at), short(value)]),
      })),
    }),
  };
}
