import { CliError } from './cli-error.ts';

/**
 * Aborts at Ctrl+C and SIGTERM, so that a command can take back what is half done before it ends with `interrupted`. A
 * second one ends the process at once.
 */
export function interruptSignal(): AbortSignal {
  const controller = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM'] as const) {
    process.once(name, () => controller.abort(new CliError('interrupted', 'Interrupted.')));
  }
  return controller.signal;
}
