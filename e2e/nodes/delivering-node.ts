import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { startTestGateway } from '../../packages/server/src/testing/gateway.ts';

/** What a node of a test is told. The keys are base64. */
interface Told {
  databaseUrl: string;
  dataDir: string;
  keys: Record<'masterKey' | 'tokenKey' | 'linkKey', string>;
}

/** Its attempts may take so many times longer. */
const patience = 10;

/** A gateway in a process of its own, as `boot` assembles it, but that it may call receivers on this machine. */
export interface DeliveringNode {
  url: string;
  /** Of a key of its own, as every node on this database takes it. */
  headers: Record<string, string>;
  /** Puts its clock forward, ms. */
  putForward(ms: number): void;
  /** SIGKILL. */
  kill(): Promise<void>;
}

export async function startDeliveringNode(told: Told): Promise<DeliveringNode> {
  const child = spawn(process.execPath, [fileURLToPath(import.meta.url), JSON.stringify(told)], {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const exited = once(child, 'exit');
  const failed = exited.then(([code]) => Promise.reject(new Error(`a node ended with ${code}`)));
  failed.catch(() => {});
  const [ready] = (await Promise.race([once(child, 'message'), failed])) as [Pick<DeliveringNode, 'url' | 'headers'>];
  return {
    ...ready,
    putForward: (ms) => void child.send(ms),
    async kill() {
      child.kill('SIGKILL');
      await exited;
    },
  };
}

async function serve({ databaseUrl, dataDir, keys }: Told): Promise<void> {
  const key = (text: string) => Buffer.from(text, 'base64');
  const secrets = {
    masterKey: key(keys.masterKey),
    tokenKey: key(keys.tokenKey),
    linkKey: key(keys.linkKey),
  };
  let aheadMs = 0;
  const overrides = { database: { url: databaseUrl, connectionsMax: 4 }, dataDir, secrets };
  // What it has in its hands must still be there when the other node is up, which takes long on a busy machine.
  const egress = { timer: (over: () => void, ms: number) => setTimeout(over, patience * ms) };
  const gateway = await startTestGateway(overrides, { now: () => Date.now() + aheadMs, egress });
  process.on('message', (ms) => {
    aheadMs = Number(ms);
  });
  await gateway.listen();
  const { port } = gateway.app.server.address() as AddressInfo;
  process.send?.({ url: `http://127.0.0.1:${port}`, headers: gateway.headers(await gateway.newKey()) });
}

const [, file, told] = process.argv;
if (file === fileURLToPath(import.meta.url) && told !== undefined) await serve(JSON.parse(told) as Told);
