/**
 * Text of others on one line of a terminal. What would move its cursor, change its colours or ring its bell is shown as
 * an escape instead: names and references come from whoever called the API.
 */
export function readable(text: string): string {
  return text.replace(/[\p{Cc}\p{Zl}\p{Zp}\u202a-\u202e\u2066-\u2069]/gu, (char) => {
    return `\\u${(char.codePointAt(0) ?? 0).toString(16).padStart(4, '0')}`;
  });
}
