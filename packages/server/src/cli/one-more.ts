/** Gathers the values of an option that may be repeated. */
export function oneMore(value: string, earlier: readonly string[] | undefined): string[] {
  return [...(earlier ?? []), value];
}
