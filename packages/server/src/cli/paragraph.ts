/** Narrower than this, text is left to the terminal. */
const widthMin = 40;

/**
 * A text indented, and broken between words where a terminal would break it within one. In a pipe it stays one line.
 *
 * @example out.line({}, paragraph(check.fix, { indent: 6, width: out.screen.width() }));
 */
export function paragraph(text: string, { indent, width }: { indent: number; width: number }): string {
  const space = ' '.repeat(indent);
  if (width < widthMin || !Number.isFinite(width)) return `${space}${text}`;
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const line = lines.at(-1);
    if (line !== undefined && line.length + 1 + word.length <= width) lines[lines.length - 1] = `${line} ${word}`;
    else lines.push(`${space}${word}`);
  }
  return lines.join('\n');
}
