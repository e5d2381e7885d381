import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type CommandHost, startCommandHost } from './command-host.ts';
import { type Ended, run, start } from './tijori.ts';

export interface DevGateway {
  dir: string;
  /** Its data folder, which holds its credentials. */
  data: string;
  baseUrl: string;
  apiKey: string;
  apiSecret: string;
  /** Runs a command with this folder as `--data`, in a process of its own. */
  run(...args: string[]): Promise<Ended>;
  /** … in one process with those before and after it: for tests that run many. */
  runHere(...args: string[]): Promise<Ended>;
  /** Ends it in good order and starts it again, on the same port and folder. */
  restart(): Promise<void>;
  stop(): Promise<void>;
}

/** `tijori dev` as a process, in a folder of its own. */
export async function startDevGateway(): Promise<DevGateway> {
  const dir = await mkdtemp(join(tmpdir(), 'tijori-dev-'));
  const data = join(dir, 'data');
  let running = await startDev(data, '0');
  const { base_url: baseUrl = '', api_key: apiKey = '', api_secret: apiSecret = '' } = running.credentials;
  let host: CommandHost | undefined;
  const stop = async () => {
    running.child.kill('SIGTERM');
    await running.ended;
  };
  return {
    dir,
    data,
    baseUrl,
    apiKey,
    apiSecret,
    run: (...args) => run([...args, '--data', data]),
    runHere(...args) {
      host ??= startCommandHost();
      return host.run([...args, '--data', data]);
    },
    async restart() {
      await stop();
      running = await startDev(data, new URL(baseUrl).port);
    },
    async stop() {
      await stop();
      await host?.stop();
      await rm(dir, { recursive: true });
    },
  };
}

/** Resolves once it is ready, which it says with its credentials. */
async function startDev(data: string, port: string) {
  const { child, ended } = start(['dev', '--port', port, '--data', data, '--json']);
  const line = await new Promise<string>((resolve, reject) => {
    child.stdout?.once('data', (chunk: Buffer) => resolve(String(chunk)));
    ended.then(({ stderr }) => reject(new Error(stderr)));
  });
  return { child, ended, credentials: JSON.parse(line) as Record<string, string> };
}
