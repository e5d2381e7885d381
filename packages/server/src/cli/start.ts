import { listScenarios } from '@tijori/simulator';
import { Command } from 'commander';
import { boot } from '../boot.ts';
import { readStartConfig } from '../config.ts';
import { stopOnSignal } from './stop-on-signal.ts';

/** `tijori start`: production. Everything comes from the environment (docs/configuration.md). */
export function startCommand(): Command {
  return new Command('start')
    .description('run the gateway in production; settings come from the environment')
    .action(async () => {
      const settings = readStartConfig();
      const scenarios = settings.testControls ? listScenarios().map(({ name }) => name) : [];
      const config = { ...settings, scenarios };
      const booting = boot(config, { onBroken: () => process.exit(1) });
      stopOnSignal(async () => (await booting).stop());
      const gateway = await booting;
      await gateway.listen();
      gateway.ready();
      if (config.baseUrl.startsWith('https:') && config.proxies.length === 0) {
        gateway.deps.log.warn(
          {},
          'TIJORI_PROXIES names no proxy: wrong secrets from private addresses are not counted',
        );
      }
      gateway.deps.log.info({ listen: config.listen, baseUrl: config.baseUrl }, 'ready');
    });
}
