import { readable } from './readable.ts';
import { type Screen, type Style, screenOf } from './screen.ts';
import { type Column, fieldsText, tableText } from './table.ts';

/** A piece of a line, plain or in a style. */
export type Part = string | { style: Style; text: string };

/** What a command says on stdout: to a person, or with `--json` to a program, one object a line. */
export interface Output {
  readonly isJson: boolean;
  readonly screen: Screen;
  /** One thing, with its fields; `note` is for people only. */
  one(value: object, fields: readonly (readonly [name: string, value: string])[], note?: string): void;
  /** Many things: a table, or one object a line. `none` says that there are none, to people only. */
  list<Row>(
    rows: readonly Row[],
    show: { json: (row: Row) => object; columns: readonly Column<Row>[]; none: string },
  ): void;
  /** One line: what was done, or what happens while a command runs. */
  line(value: object, parts: string | readonly Part[]): void;
}

/** @example openOutput(options).line({ api_key: key, state: 'revoked' }, `Revoked ${key}.`); */
export function openOutput({ json = false }: { json?: boolean }, screen: Screen = screenOf(process.stdout)): Output {
  const print = (value: object) => screen.write(`${JSON.stringify(value)}\n`);
  return {
    isJson: json,
    screen,
    one(value, fields, note) {
      if (json) return print(value);
      screen.write(fieldsText(fields, screen));
      if (note !== undefined) screen.write(`${note}\n`);
    },
    list(rows, { json: toJson, columns, none }) {
      if (json) {
        for (const row of rows) print(toJson(row));
        return;
      }
      // In a pipe, nothing is nothing.
      if (rows.length > 0) screen.write(tableText(rows, columns, screen));
      else if (screen.isTerminal) screen.write(`${none}\n`);
    },
    line(value, parts) {
      if (json) return print(value);
      const texts = (typeof parts === 'string' ? [parts] : parts).map((part) =>
        typeof part === 'string' ? readable(part) : screen.paint(part.style, readable(part.text)),
      );
      screen.write(`${texts.join('')}\n`);
    },
  };
}

/** A moment as tables show it: UTC, to the second. */
export function momentText(ms: number | null): string {
  return ms === null ? '-' : new Date(ms).toISOString().replace(/\.\d+Z$/, 'Z');
}
