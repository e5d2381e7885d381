/** As much of JSON Schema as `wire` is written in. */
export interface Schema {
  description?: string;
  examples?: readonly unknown[];
  type?: string | readonly string[];
  const?: unknown;
  enum?: readonly unknown[];
  anyOf?: readonly Schema[];
  oneOf?: readonly Schema[];
  allOf?: readonly Schema[];
  items?: Schema;
  properties?: Readonly<Record<string, Schema>>;
  required?: readonly string[];
  patternProperties?: Readonly<Record<string, Schema>>;
  additionalProperties?: boolean | Schema;
}

/** `redirect_url` and `user-profile` as parts of a type's name: `RedirectUrl`, `UserProfile`. */
export function pascal(name: string): string {
  return name.replace(/(?:^|[^A-Za-z0-9]+)([A-Za-z0-9])/g, (_, letter: string) => letter.toUpperCase());
}

/** Longest line of a comment, characters. */
const lineCharsMax = 116;

/** A documentation comment; long lines are broken, but for examples, which are to be copied. */
export function docComment(lines: readonly string[], indent = ''): string {
  const text = lines
    .flatMap((line) => line.replaceAll('*/', '*\\/').split('\n'))
    .flatMap((line) => (line.startsWith('@example') ? [line] : wrapped(line, lineCharsMax - indent.length)));
  if (text.length === 0) return '';
  if (text.length === 1) return `${indent}/** ${text[0]} */\n`;
  return `${indent}/**\n${text.map((line) => `${indent} * ${line}`.trimEnd()).join('\n')}\n${indent} */\n`;
}

function wrapped(line: string, charsMax: number): string[] {
  const lines = [''];
  for (const word of line.split(' ')) {
    const last = lines.at(-1) ?? '';
    if (last !== '' && last.length + 1 + word.length > charsMax) lines.push(line.startsWith('- ') ? `  ${word}` : word);
    else lines[lines.length - 1] = last === '' ? word : `${last} ${word}`;
  }
  return lines;
}
