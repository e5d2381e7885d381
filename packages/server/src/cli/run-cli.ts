import { exitCodes } from './exit-codes.ts';
import { tellError } from './explain-error.ts';
import { AlreadyTold, createProgram } from './program.ts';
import { screenOf } from './screen.ts';

/** `tijori <command>`: ends the process with a code of `exitCodes` if anything goes wrong. */
export async function runCli(argv: readonly string[]): Promise<void> {
  endWithItsReader();
  try {
    await (await createProgram(argv[2])).parseAsync(argv);
  } catch (error) {
    if (error instanceof AlreadyTold) process.exit(error.exitCode);
    process.exit(await tellError(error, screenOf(process.stderr), { json: argv.includes('--json') }));
  }
}

/** `tijori … | head` has what it wanted; that nobody reads on is no error, but what a check has found by then stands. */
function endWithItsReader(): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      process.exit(error.code === 'EPIPE' ? (process.exitCode ?? exitCodes.done.code) : exitCodes.fault.code);
    });
  }
}
