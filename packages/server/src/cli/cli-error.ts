import type { ExitName } from './exit-codes.ts';

/** What a command cannot do: a sentence for a person, which exit code it means, and what to do about it. */
export class CliError extends Error {
  readonly exit: ExitName;
  /** A second sentence: what to do. */
  readonly cure: string | undefined;

  constructor(exit: ExitName, message: string, { cure, cause }: { cure?: string; cause?: unknown } = {}) {
    super(message, { cause });
    this.name = 'CliError';
    this.exit = exit;
    this.cure = cure;
  }
}
