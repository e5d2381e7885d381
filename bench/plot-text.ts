/** Width of every picture, px: what GitHub shows of a page's column without shrinking it. */
export const plotWidth = 760;

/** The room between two edges, px. */
export interface Box {
  left: number;
  right: number;
}

/** How wide a text is at most, px: nothing here can measure it, so it is counted with the wide letters of the widest font that may be used. */
export function textWidth(words: string, sizePx: number): number {
  let ems = 0;
  for (const letter of words)
    ems += /[mwMW@%]/.test(letter)
      ? 0.92
      : /[A-Z0-9×≥≤+]/.test(letter)
        ? 0.66
        : /[ iljtf.,:;'()|]/.test(letter)
          ? 0.34
          : 0.57;
  return ems * sizePx;
}

export function wrapped(words: string, widthMax: number, sizePx: number): string[] {
  const lines: string[] = [];
  for (const word of words.split(' ')) {
    const last = lines.at(-1);
    if (last !== undefined && textWidth(`${last} ${word}`, sizePx) <= widthMax)
      lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}

export function text(x: number, y: number, words: string, classes: string): string {
  const safe = words.replace(/[<>&]/g, (letter) => ({ '<': '&lt;', '>': '&gt;', '&': '&amp;' })[letter] ?? '');
  return `<text class="${classes}" x="${round(x)}" y="${round(y)}">${safe}</text>`;
}

/** A tenth of a pixel is as exact as anybody sees. */
export function round(px: number): number {
  return Math.round(px * 10) / 10;
}

/** A value as a person reads it: no more digits than a bench knows. */
export function shown(value: number): string {
  const digits = Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 10 ? 1 : 2;
  return value.toLocaleString('en', { maximumFractionDigits: digits });
}
