import { enableCompileCache, flushCompileCache } from 'node:module';

// Saves about half a second at each start. Written soon after the start, since a killed process writes nothing at its end.
enableCompileCache();
setTimeout(flushCompileCache, 3_000).unref();

const { runCli } = await import('./cli/run-cli.ts');
await runCli(process.argv);
