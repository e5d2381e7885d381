import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Ended, run, start } from './tijori.ts';

export interface DevGateway {
  dir: string;
  /** Its data folder, which holds its credentials. */
  data: string;
  baseUrl: string;
  apiKey: string;
  apiSecret: string;
  /** Runs a command with this folder as `--data`. */
  run(...args: string[]): Promise<Ended>;
  stop(): Promise<void>;
}

/** `tijori dev` as a process, in a folder of its own. */
export async function startDevGateway(): Promise<DevGateway> {
  const dir = await mkdtemp(join(tmpdir(), 'tijori-dev-'));
  const data = join(dir, 'data');
  const { child, ended } = start(['dev', '--port', '0', '--data', data, '--json']);
  const line = await new Promise<string>((resolve, reject) => {
    child.stdout?.once('data', (chunk: Buffer) => resolve(String(chunk)));
    ended.then(({ stderr }) => reject(new Error(stderr)));
  });
  const { base_url: baseUrl, api_key: apiKey, api_secret: apiSecret } = JSON.parse(line) as Record<string, string>;
  return {
    dir,
    data,
    baseUrl: String(baseUrl),
    apiKey: String(apiKey),
    apiSecret: String(apiSecret),
    run: (...args) => run([...args, '--data', data]),
    async stop() {
      child.kill('SIGTERM');
      await ended;
      await rm(dir, { recursive: true });
    },
  };
}
