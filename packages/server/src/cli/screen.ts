import type { WriteStream } from 'node:tty';
import { styleText } from 'node:util';

export type Style = Parameters<typeof styleText>[0];

/** Where text goes: a terminal, or a pipe or file. */
export interface Screen {
  write(text: string): void;
  isTerminal: boolean;
  /** Columns of the terminal; infinite in a pipe, where nothing is cut. */
  width(): number;
  /** Coloured on a terminal; as it is in a pipe, and wherever NO_COLOR is set. */
  paint(style: Style, text: string): string;
}

export function screenOf(stream: NodeJS.WriteStream): Screen {
  return {
    write: (text) => void stream.write(text),
    isTerminal: stream.isTTY === true,
    width: () => (stream.isTTY ? ((stream as WriteStream).columns ?? 80) : Number.POSITIVE_INFINITY),
    // It looks at the stream and at NO_COLOR, FORCE_COLOR and NODE_DISABLE_COLORS.
    paint: (style, text) => styleText(style, text, { stream }),
  };
}
