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
