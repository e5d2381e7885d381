import { fork } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

/**
 * Asks ten times a second whether a server lives, as a balancer would, and tells the p99 of how long that took. In a process of its own: one that floods
 * a server is itself too busy to be told soon. Resolves when it is ready to ask: to start it beside a load would hold the load up.
 */
export async function watchHealth(baseUrl: string) {
  const child = fork(fileURLToPath(import.meta.url), [baseUrl], { serialization: 'advanced', execArgv: [] });
  const ended = once(child, 'exit');
  const died = ended.then(([code]) => Promise.reject(new Error(`the watch ended with ${code}`)));
  died.catch(() => {});
  await Promise.race([once(child, 'message'), died]);
  return {
    async stop(): Promise<number> {
      const told = once(child, 'message') as Promise<[number]>;
      child.send('stop');
      const [p99Ms] = await Promise.race([told, died]);
      await ended;
      return p99Ms;
    },
  };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await watch(process.argv[2] ?? '');

async function watch(baseUrl: string): Promise<void> {
  const times: number[] = [];
  let isOver = false;
  process.once('message', () => {
    isOver = true;
  });
  // The first call of a process loads the client, which is no time of the server.
  await fetch(`${baseUrl}/health/live`).catch(() => {});
  process.send?.('ready');
  do {
    const beganMs = performance.now();
    // One that takes no connection is as good as one that never answers, and no reason to end.
    const { ok } = await fetch(`${baseUrl}/health/live`).catch(() => ({ ok: false }));
    times.push(ok ? performance.now() - beganMs : Number.POSITIVE_INFINITY);
    await wait(100);
  } while (!isOver);
  times.sort((left, right) => left - right);
  process.send?.(times[Math.floor(times.length * 0.99)] ?? 0);
  process.disconnect();
}
