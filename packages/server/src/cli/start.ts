import { Command } from 'commander';
import { readStartConfig } from '../config.ts';
import { stopOnSignal } from './stop-on-signal.ts';
import { watchKeys } from './watch-keys.ts';

/** `tijori start`: production. Everything comes from the environment (docs/configuration.md). */
export function startCommand(): Command {
  return new Command('start')
    .description('run the gateway in production; settings come from the environment, the log is JSON lines')
    .action(async () => {
      const settings = readStartConfig();
      const { boot } = await import('../boot.ts');
      const scenarios = settings.testControls ? await scenarioNames() : [];
      const config = { ...settings, scenarios };
      const booting = boot(config, { onBroken: () => process.exit(1) });
      let unwatch = () => {};
      stopOnSignal(async () => {
        unwatch();
        await (await booting).stop();
      });
      const gateway = await booting;
      unwatch = watchKeys(gateway, config.secrets);
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

async function scenarioNames(): Promise<string[]> {
  const { listScenarios } = await import('@tijori/simulator');
  return listScenarios().map(({ name }) => name);
}
