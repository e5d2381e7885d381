import { isIsoDate } from '../dates.ts';

/**
 * Reads plain data of unknown shape field by field and collects every fault with its JSON path. A faulty field reads
 * as an empty value, so that reading goes on to the next fault; who reads must look at `faults` before using anything.
 */
export interface Reader {
  path: string;
  faults: string[];
  text(name: string, check?: (text: string) => string | undefined): string;
  date(name: string): string;
  whole(name: string, reason: string): number;
  flag(name: string): boolean;
  oneOf<T extends string>(name: string, known: readonly [T, ...T[]]): T;
  object(name: string): Reader;
  list(name: string): Reader[];
  texts(name: string): string[];
  /** A field of any shape, as it is; undefined when it is missing. */
  raw(name: string): unknown;
  /** For fields that may be missing: ask before reading. */
  has(name: string): boolean;
  fault(name: string, reason: string): void;
  /** Names of fields that nobody read are faults too: a misspelt field must not be silently ignored. */
  end(): void;
}

export function readerOf(value: unknown, path: string, faults: string[]): Reader {
  const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
  if (!isObject) faults.push(`${path}: must be an object`);
  const source = isObject ? (value as Record<string, unknown>) : {};
  const seen = new Set<string>();
  const take = (name: string): unknown => {
    seen.add(name);
    return Object.hasOwn(source, name) ? source[name] : undefined;
  };
  const fault = (name: string, reason: string): void => {
    if (isObject) faults.push(`${path}.${name}: ${reason}`);
  };
  const items = (name: string): unknown[] => {
    const list = take(name);
    if (Array.isArray(list)) return list;
    fault(name, 'must be a list');
    return [];
  };
  const text = (name: string, check?: (text: string) => string | undefined): string => {
    const read = take(name);
    const reason = typeof read === 'string' ? (textFault(read) ?? check?.(read)) : 'must be text';
    if (reason !== undefined) fault(name, reason);
    return typeof read === 'string' ? read : '';
  };
  return {
    path,
    faults,
    text,
    fault,
    raw: take,
    has: (name) => Object.hasOwn(source, name),
    date: (name) => text(name, (read) => (isIsoDate(read) ? undefined : 'must be a day that exists, as YYYY-MM-DD')),
    whole: (name, reason) => {
      const read = take(name);
      if (typeof read === 'number' && Number.isSafeInteger(read) && read >= 0) return read;
      fault(name, reason);
      return 0;
    },
    flag: (name) => {
      const read = take(name);
      if (typeof read !== 'boolean') fault(name, 'must be true or false');
      return read === true;
    },
    oneOf: (name, known) => {
      const read = take(name);
      const found = known.find((candidate) => candidate === read);
      if (found === undefined) fault(name, `must be one of ${known.join(', ')}`);
      return found ?? known[0];
    },
    object: (name) => readerOf(take(name), `${path}.${name}`, faults),
    list: (name) => items(name).map((item, index) => readerOf(item, `${path}.${name}[${index}]`, faults)),
    texts: (name) =>
      items(name).map((item, index) => {
        const reason = typeof item === 'string' ? textFault(item) : 'must be text';
        if (reason !== undefined) faults.push(`${path}.${name}[${index}]: ${reason}`);
        return typeof item === 'string' ? item : '';
      }),
    end: () => {
      for (const name of Object.keys(source)) if (!seen.has(name)) fault(name, 'is not a known field');
    },
  };
}

function textFault(text: string): string | undefined {
  if (text.trim() === '') return 'must not be empty';
  if (text.length > 300) return 'is longer than 300 characters';
  return /\p{Cc}/u.test(text) || !text.isWellFormed() ? 'has a control character or half a character' : undefined;
}
