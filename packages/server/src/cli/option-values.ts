import { InvalidArgumentError } from 'commander';
import { apiKeyPattern } from '../domain/api-key.ts';
import { workspaceNameCharsMax } from '../usecases/keys/create.ts';

/** What stands behind an option, read and judged before anything is done. */

export function portNumber(value: string): number {
  const port = Number(value);
  if (/^\d{1,5}$/.test(value) && port <= 65_535) return port;
  throw new InvalidArgumentError('A port is a whole number from 0 to 65535.');
}

export function keyId(value: string): string {
  if (apiKeyPattern.test(value)) return value;
  throw new InvalidArgumentError('A key looks like key_test_ or key_live_ and 32 hex characters.');
}

export function workspaceName(value: string): string {
  const name = value.trim();
  if (name.length > 0 && name.length <= workspaceNameCharsMax && !/\p{Cc}/u.test(name)) return name;
  throw new InvalidArgumentError(
    `A name has 1 to ${workspaceNameCharsMax} characters, none of them control characters.`,
  );
}

/** Gathers the values of an option that may be repeated. */
export function oneMore(value: string, earlier: readonly string[] | undefined): string[] {
  return [...(earlier ?? []), value];
}

/** A reader of whole numbers within bounds. */
export function wholeNumber(min: number, max: number): (value: string) => number {
  return (value) => {
    const number = Number(value);
    if (/^\d{1,15}$/.test(value) && number >= min && number <= max) return number;
    throw new InvalidArgumentError(`A whole number from ${min} to ${max}.`);
  };
}

/** A moment, as ms since the epoch: those themselves, a day, or a day and time with its zone. */
export function moment(value: string): number {
  if (/^\d{11,15}$/.test(value)) return Number(value);
  const isIso = /^\d{4}-\d{2}-\d{2}(?:T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,3})?)?(?:Z|[+-]\d{2}:\d{2}))?$/.test(value);
  const ms = isIso ? Date.parse(value) : Number.NaN;
  if (!Number.isNaN(ms)) return ms;
  throw new InvalidArgumentError('A moment is like 2026-11-26, 2026-11-26T09:00Z or ms since the epoch.');
}
