import { resolve } from 'node:path';
import { Command } from 'commander';
import { dataOption } from './data-option.ts';
import { portNumber } from './option-values.ts';
import { stopOnSignal } from './stop-on-signal.ts';

const defaultPort = 8080;

/** `tijori dev`: gateway, simulator and embedded database in one process, on this machine alone. */
export function devCommand(): Command {
  return new Command('dev')
    .description('run everything on this machine: gateway, pretend EntityLocker and a demo')
    .option('--port <port>', 'port on 127.0.0.1; 0 takes a free one', portNumber, defaultPort)
    .addOption(dataOption())
    .action(async (options: { port: number; data: string; json?: boolean }) => {
      const { startDev } = await import('./dev.ts');
      const starting = startDev({ port: options.port, dataDir: resolve(options.data) });
      stopOnSignal(async () => (await starting).stop());
      const { banner, credentials } = await starting;
      console.log(options.json ? JSON.stringify(credentials) : banner);
    });
}
