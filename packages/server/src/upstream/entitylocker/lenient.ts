/** Readers for JSON members whose presence, type and spelling drift (entitylocker-upstream §7 no. 6). */

/** Text of the first member that has any: trimmed, control characters gone, 1,000 characters at most. */
export function textOf(item: Record<string, unknown>, ...names: string[]): string | undefined {
  for (const name of names) {
    const value = Object.hasOwn(item, name) ? item[name] : undefined;
    if (typeof value !== 'string' && typeof value !== 'number') continue;
    const text = String(value)
      .replace(/\p{Cc}+/gu, ' ')
      .trim()
      .slice(0, 1000);
    if (text) return text;
  }
  return undefined;
}

/** `Y` and `N`; anything else says nothing. */
export function yesNoOf(item: Record<string, unknown>, ...names: string[]): boolean | undefined {
  const text = textOf(item, ...names)?.toUpperCase();
  return text === 'Y' ? true : text === 'N' ? false : undefined;
}

/** The date of `d-m-Y`, `DD/MM/YYYY` or the day part of ISO as `YYYY-MM-DD`; no day that the calendar lacks. */
export function isoDateOf(text: string | undefined): string | undefined {
  const iso = /^(\d{4})-(\d{2})-(\d{2})(?:[T ].*)?$/.exec(text ?? '');
  const indian = /^(\d{1,2})([-/])(\d{1,2})\2(\d{4})(?: .*)?$/.exec(text ?? '');
  const [year, month, day] = iso ? [iso[1], iso[2], iso[3]] : [indian?.[4], indian?.[3], indian?.[1]];
  if (!year || !month || !day) return undefined;
  const date = `${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`;
  const time = Date.parse(`${date}T00:00:00Z`);
  return Number.isNaN(time) || new Date(time).toISOString().slice(0, 10) !== date ? undefined : date;
}

/** Media types of a text, a comma list or a list, lower case, each once. */
export function mediaTypesOf(value: unknown): string[] {
  const entries = Array.isArray(value) ? value : [value];
  const types = entries
    .filter((entry) => typeof entry === 'string')
    .flatMap((entry) => entry.split(','))
    .map((entry) => entry.trim().toLowerCase())
    // One name for XML, so that a reader need not know the older one.
    .map((entry) => (entry === 'text/xml' ? 'application/xml' : entry))
    .filter((entry) => /^[a-z0-9.+-]+\/[a-z0-9.+-]+$/.test(entry));
  return [...new Set(types)].slice(0, 10);
}

/** The same object without members that are `undefined`. */
export function present<T extends object>(item: T): T {
  for (const name of Object.keys(item) as (keyof T)[]) if (item[name] === undefined) delete item[name];
  return item;
}
